-- Extensions that a translated schema may use. Each is optional: where this role may not create one, or the server does not
-- have it, a notice says so and the crossing goes on without it.
DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['pg_trgm', 'btree_gin'] LOOP
    BEGIN
      EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I', wanted);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR invalid_parameter_value OR undefined_object THEN
      RAISE NOTICE 'extension % is not available: %', wanted, SQLERRM;
    END;
  END LOOP;
END
$$;
