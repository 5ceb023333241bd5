-- The roles of an application's database: owner (owns what is in it, runs the copy and the application's migrations), application
-- (reads and writes rows), analyst (reads), monitor (sees statistics). Their names come as settings of the session that runs this;
-- without them nothing happens. Passwords are no affair of SQL files. A role that is the administrator itself stays as it is.
-- What cannot be done is a warning: the administrator of a managed server may do less than a superuser.
DO $$
DECLARE
  part text;
  name text;
  superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
BEGIN
  IF coalesce(current_setting('landbridge.owner', true), '') = '' THEN
    RETURN;
  END IF;
  FOREACH part IN ARRAY ARRAY['owner', 'application', 'analyst', 'monitor'] LOOP
    name := current_setting('landbridge.' || part);
    IF name = current_user THEN
      RAISE NOTICE 'role % (%) is the administrator itself', name, part;
      CONTINUE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I LOGIN', name);
        EXECUTE format('COMMENT ON ROLE %I IS %L', name, 'Landbridge: database ' || current_database());
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING 'role % (%) is not there, and % may not make it', name, part, current_user;
        CONTINUE;
      END;
    END IF;
    IF NOT superuser THEN
      -- From PostgreSQL 16 on, who creates a role may administer it, but neither act as it nor give anything to it.
      BEGIN
        EXECUTE format('GRANT %I TO CURRENT_USER %s', name,
          CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'WITH SET TRUE, INHERIT TRUE' ELSE '' END);
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE '% may not act as role %', current_user, name;
      END;
    END IF;
  END LOOP;

  name := current_setting('landbridge.monitor');
  IF name <> current_user AND EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
    BEGIN
      EXECUTE format('GRANT pg_monitor TO %I', name);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'role % sees only statistics that everybody sees: % may not give it pg_monitor', name, current_user;
    END;
  END IF;
END
$$;
