/** The last line that a step prints on stdout begins with this; a JSON document follows, which whoever has started the step reads. */
export const RESULT_PREFIX = "LANDBRIDGE_RESULT ";
