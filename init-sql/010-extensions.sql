-- Extensions that a translated schema may use, and, where the database is prepared for an application (landbridge.owner is set by
-- the runner), those that applications ask for. Each is optional: where this role may not create one, or the server does not have
-- it, a notice says so and everything goes on without it.
DO $$
DECLARE
  wanted text[] := ARRAY['pg_trgm', 'btree_gin'];
  extension text;
BEGIN
  IF coalesce(current_setting('landbridge.owner', true), '') <> '' THEN
    wanted := wanted || ARRAY['uuid-ossp', 'pg_stat_statements', 'vector'];
  END IF;
  FOREACH extension IN ARRAY wanted LOOP
    BEGIN
      EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I', extension);
    EXCEPTION WHEN OTHERS THEN
      RAISE NOTICE 'extension % is not available: %', extension, SQLERRM;
    END;
  END LOOP;
END
$$;
