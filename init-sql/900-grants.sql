-- Rights on what is in the schema by now; for what the owner makes later, 040-access.sql has seen to it. The runner brings this file
-- last, behind the user's own. What an extension has brought is left as it is.
DO $$
DECLARE
  owner text := coalesce(current_setting('landbridge.owner', true), '');
  application text := current_setting('landbridge.application', true);
  analyst text := current_setting('landbridge.analyst', true);
  statement text;
BEGIN
  FOR statement IN
    SELECT format('GRANT %s ON %s %I.%I TO %I', g.rights, g.word, n.nspname, c.relname, g.role)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN (VALUES
      ('TABLE', owner, 'ALL'), ('TABLE', application, 'SELECT, INSERT, UPDATE, DELETE'), ('TABLE', analyst, 'SELECT'),
      ('SEQUENCE', owner, 'ALL'), ('SEQUENCE', application, 'USAGE, SELECT'), ('SEQUENCE', analyst, 'SELECT')
    ) AS g(word, role, rights) ON (g.word = 'SEQUENCE') = (c.relkind = 'S')
    WHERE owner <> '' AND n.nspname = current_setting('landbridge.schema', true) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND EXISTS (SELECT FROM pg_roles WHERE rolname = g.role) AND g.role NOT IN (pg_get_userbyid(c.relowner), current_user)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  LOOP
    BEGIN
      EXECUTE statement;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE WARNING '% (%)', SQLERRM, statement;
    END;
  END LOOP;
END
$$;
