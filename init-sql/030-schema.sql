-- The schema of the tables, owned by the owner, who may also make further ones: a new load is made beside the old one.
DO $$
DECLARE
  owner text := coalesce(current_setting('landbridge.owner', true), '');
  schema text := current_setting('landbridge.schema', true);
  schema_owner text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = owner) THEN
    RETURN;
  END IF;

  IF NOT has_database_privilege(owner, current_database(), 'CREATE') THEN
    BEGIN
      EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), owner);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
    -- Where nothing can be granted, the server only warns.
    IF NOT has_database_privilege(owner, current_database(), 'CREATE') THEN
      RAISE WARNING 'role % may not create schemas: GRANT CREATE ON DATABASE % TO % needs the owner of the database', owner, current_database(), owner;
    END IF;
  END IF;

  SELECT pg_get_userbyid(nspowner) INTO schema_owner FROM pg_namespace WHERE nspname = schema;
  BEGIN
    IF schema_owner IS NULL THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', schema, owner);
    ELSIF owner = current_user AND has_schema_privilege(schema, 'CREATE') THEN
      NULL;
    ELSIF schema_owner <> owner AND (schema = 'public' OR schema_owner = current_user) THEN
      EXECUTE format('ALTER SCHEMA %I OWNER TO %I', schema, owner);
    ELSIF schema_owner <> owner THEN
      -- Somebody has made it for themselves: then the owner is a guest there.
      EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', schema, owner);
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'schema % could not be given to role %: %', schema, owner, SQLERRM;
    IF schema_owner IS NULL AND has_database_privilege(current_database(), 'CREATE') THEN
      EXECUTE format('CREATE SCHEMA %I', schema);
    END IF;
  END;
END
$$;
