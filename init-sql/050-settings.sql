-- What sessions begin with, unless the administrator is the owner as well (see 040-access.sql). Timeouts are the application's alone:
-- they must not end index builds, proofs or a sync.
DO $$
DECLARE
  owner text := coalesce(current_setting('landbridge.owner', true), '');
  application text := current_setting('landbridge.application', true);
  schema text := current_setting('landbridge.schema', true);
  database text := current_database();
  statements text[];
  statement text;
BEGIN
  IF owner IN ('', current_user) THEN
    RETURN;
  END IF;
  statements := ARRAY[
    format('ALTER DATABASE %I SET timezone TO ''UTC''', database),
    format('ALTER DATABASE %I SET search_path TO %I%s', database, schema, CASE WHEN schema = 'public' THEN '' ELSE ', public' END)
  ];
  -- An application that logs in as another of them has no role of its own to be timed.
  IF application NOT IN (owner, current_user) AND EXISTS (SELECT FROM pg_roles WHERE rolname = application) THEN
    statements := statements || ARRAY[
      format('ALTER ROLE %I IN DATABASE %I SET statement_timeout TO 30000', application, database),
      format('ALTER ROLE %I IN DATABASE %I SET idle_in_transaction_session_timeout TO 60000', application, database)
    ];
  END IF;
  FOREACH statement IN ARRAY statements LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE WARNING '% (%)', SQLERRM, statement;
    END;
  END LOOP;
END
$$;
