-- Who may come in, and what may be done with what the owner will make. Where the administrator is the owner as well, there is nobody
-- to be let in, and the database may be others' too: then it is left as it is.
DO $$
DECLARE
  owner text := coalesce(current_setting('landbridge.owner', true), '');
  application text := current_setting('landbridge.application', true);
  analyst text := current_setting('landbridge.analyst', true);
  names text[] := ARRAY[owner, application, analyst, current_setting('landbridge.monitor', true)];
  schema text := current_setting('landbridge.schema', true);
  others text;
  statement text;
BEGIN
  IF owner = current_user OR (SELECT count(*) FROM pg_roles WHERE rolname = ANY (names)) < (SELECT count(DISTINCT n) FROM unnest(names) n) THEN
    RETURN;
  END IF;

  -- The administrator may have had its way in from PUBLIC as well.
  SELECT string_agg(format('%I', n), ', ') INTO others FROM unnest(names || current_user::text) n;
  FOREACH statement IN ARRAY ARRAY[
    format('GRANT CONNECT ON DATABASE %I TO %s', current_database(), others),
    format('GRANT TEMPORARY ON DATABASE %I TO %I, %I, %I', current_database(), owner, application, analyst),
    format('GRANT USAGE ON SCHEMA %I TO %I, %I', schema, application, analyst),
    -- For all schemas: a new load is made beside the old one, and its tables bring their rights with them when they move.
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', owner, application),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON TABLES TO %I', owner, analyst),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT USAGE, SELECT ON SEQUENCES TO %I', owner, application),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT SELECT ON SEQUENCES TO %I', owner, analyst),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT EXECUTE ON FUNCTIONS TO %I, %I', owner, application, analyst)
  ] LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE WARNING '% (%)', SQLERRM, statement;
    END;
  END LOOP;

  -- Databases from before PostgreSQL 15 let everybody make tables in the schema public.
  FOREACH statement IN ARRAY ARRAY(
    SELECT format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', nspname) FROM pg_namespace
    WHERE nspname IN (schema, 'public') AND has_schema_privilege('public', oid, 'CREATE')
  ) LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE WARNING '% (%)', SQLERRM, statement;
    END;
  END LOOP;

  IF NOT has_database_privilege('public', current_database(), 'CONNECT') THEN
    RETURN;
  END IF;
  -- Nobody else comes in, unless others live here already: they would be shut out of what is theirs.
  SELECT string_agg(DISTINCT format('%I', pg_get_userbyid(c.relowner)), ', ') INTO others
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'landbridge') AND n.nspname NOT LIKE 'pg\_t%'
    AND pg_get_userbyid(c.relowner) <> ALL (names || current_user::text)
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e');
  IF others IS NOT NULL THEN
    RAISE NOTICE 'everybody may still connect, since tables in this database belong to others (%)', others;
    RETURN;
  END IF;
  BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'everybody may still connect: %', SQLERRM;
  END;
END
$$;
