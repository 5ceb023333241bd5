/** SQLite's expressions and SELECTs as plain data, between the parser and the PostgreSQL printer. Names are unquoted. */

export type Expression =
  | { readonly node: "literal"; readonly literal: Literal }
  | {
      readonly node: "column";
      readonly table: string | null;
      readonly name: string;
      readonly quoted: '"' | "other" | null;
    }
  | { readonly node: "unary"; readonly operator: "-" | "+" | "~" | "not"; readonly operand: Expression }
  | {
      readonly node: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly node: "is-null"; readonly operand: Expression; readonly not: boolean }
  | {
      readonly node: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly not: boolean;
    }
  | {
      readonly node: "in";
      readonly operand: Expression;
      readonly list: readonly Expression[] | Select;
      readonly not: boolean;
    }
  | {
      readonly node: "match";
      readonly operator: "LIKE" | "GLOB" | "REGEXP" | "MATCH";
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escaping: Expression | null;
      readonly not: boolean;
    }
  | {
      readonly node: "case";
      readonly subject: Expression | null;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise: Expression | null;
    }
  | { readonly node: "cast"; readonly operand: Expression; readonly type: string }
  | { readonly node: "collate"; readonly operand: Expression; readonly collation: string }
  | FunctionCall
  | { readonly node: "exists"; readonly select: Select }
  | { readonly node: "subquery"; readonly select: Select };

export interface FunctionCall {
  readonly node: "call";
  /** In lower case. */
  readonly name: string;
  readonly distinct: boolean;
  /** `*` as the only argument. */
  readonly star: boolean;
  readonly arguments: readonly Expression[];
  readonly orderBy: readonly OrderingTerm[];
  readonly filter: Expression | null;
  /** A window, or the name of one. */
  readonly over: Window | string | null;
}

/** Comparisons are spelled one way: `==` is "=", `!=` is "<>", IS NOT DISTINCT FROM is "is". */
export type BinaryOperator =
  | "or"
  | "and"
  | "="
  | "<>"
  | "is"
  | "is not"
  | "<"
  | "<="
  | ">"
  | ">="
  | "&"
  | "|"
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "||"
  | "->"
  | "->>";

export type Literal =
  | { readonly kind: "null" }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "real"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  /** Hex digits. */
  | { readonly kind: "blob"; readonly value: string }
  | { readonly kind: "now"; readonly word: "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME" };

export interface OrderingTerm {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: "FIRST" | "LAST" | null;
}

export interface Window {
  readonly base: string | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderingTerm[];
  /** The frame clause in words that both databases share, "" where there is none. */
  readonly frame: string;
}

export interface Select {
  readonly with: readonly CommonTable[];
  readonly first: SelectCore;
  readonly rest: readonly {
    readonly operator: "UNION" | "UNION ALL" | "EXCEPT" | "INTERSECT";
    readonly core: SelectCore;
  }[];
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly select: Select;
}

export interface SelectCore {
  readonly distinct: boolean;
  readonly results: readonly ResultColumn[];
  readonly from: FromItem | null;
  readonly where: Expression | null;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | null;
  readonly windows: readonly { readonly name: string; readonly window: Window }[];
  /** Rows of VALUES; then everything else is empty. */
  readonly values: readonly (readonly Expression[])[] | null;
}

/** No clause at all. */
export const EMPTY_CORE: SelectCore = {
  distinct: false,
  results: [],
  from: null,
  where: null,
  groupBy: [],
  having: null,
  windows: [],
  values: null,
};

export type ResultColumn =
  | { readonly star: true; readonly table: string | null }
  | {
      readonly star: false;
      readonly expression: Expression;
      readonly alias: string | null;
      /** As written: SQLite's name for a column without an alias. */
      readonly source: string;
    };

export type FromItem =
  | { readonly from: "table"; readonly name: string; readonly alias: string | null }
  /** A table-valued function: json_each() and the like. Its name in lower case. */
  | {
      readonly from: "function";
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly alias: string | null;
    }
  | { readonly from: "select"; readonly select: Select; readonly alias: string | null }
  | {
      readonly from: "join";
      readonly kind: "CROSS" | "INNER" | "LEFT" | "RIGHT" | "FULL";
      readonly natural: boolean;
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on: Expression | null;
      readonly using: readonly string[] | null;
    };
