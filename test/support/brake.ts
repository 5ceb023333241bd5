/** Stops a running crossing at one exact point on the server, for as long as a test wants: an advisory lock that triggers wait for. */
import type { Client } from "pg";
import { installLedger } from "../../src/target/ledger.ts";
import { until } from "./cli.ts";

const KEY = 424_242;

/**
 * `slice`: when the ledger row of slice `number` of `table` is inserted · `row`: in the middle of a COPY, at the row whose `id` is
 * `number`, of `table` · a command tag, e.g. "CREATE INDEX": before that command, or after it where `number` is 1.
 */
export interface StopAt {
  readonly kind: string;
  readonly table?: string;
  readonly number?: number;
}

export interface Brake {
  /** Stops whoever comes to this point from now on. */
  readonly set: (at: StopAt) => Promise<void>;
  /** Resolves when somebody stands there. */
  readonly reached: () => Promise<void>;
  /** Nobody is stopped any more, but who stands there goes on standing. */
  readonly lift: () => Promise<void>;
  /** Who stands there goes on. */
  readonly release: () => Promise<void>;
}

/** Installs the brake, and the ledger that it watches, into a database. `admin` is a superuser's session that stays open. */
export const installBrake = async (admin: Client): Promise<Brake> => {
  await installLedger(admin);
  await admin.query(INSTALL);
  let held = false;
  return {
    set: async ({ kind, table = "", number = 0 }) => {
      if (!held) await admin.query("SELECT pg_advisory_lock($1)", [KEY]);
      held = true;
      await admin.query("DELETE FROM brake.stop_at");
      await admin.query("INSERT INTO brake.stop_at VALUES ($1, $2, $3)", [kind, table, number]);
    },
    reached: () =>
      until("somebody at the brake", async () => {
        const { rowCount } = await admin.query(
          "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted",
          [KEY],
        );
        return rowCount !== 0;
      }),
    lift: async () => void (await admin.query("DELETE FROM brake.stop_at")),
    release: async () => {
      await admin.query("DELETE FROM brake.stop_at");
      if (held) await admin.query("SELECT pg_advisory_unlock($1)", [KEY]);
      held = false;
    },
  };
};

const INSTALL = `
  CREATE SCHEMA brake;
  CREATE TABLE brake.stop_at (kind text, name text, number integer);
  CREATE FUNCTION brake.check(k text, t text, n integer) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM brake.stop_at WHERE kind = k AND name = t AND number = n) THEN
      PERFORM pg_advisory_xact_lock_shared(${KEY});
    END IF;
  END $$;
  CREATE FUNCTION brake.on_slice() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM brake.check('slice', NEW.table_name, NEW.number); RETURN NEW; END $$;
  CREATE TRIGGER brake BEFORE INSERT ON landbridge.slices FOR EACH ROW EXECUTE FUNCTION brake.on_slice();
  CREATE FUNCTION brake.on_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM brake.check('row', TG_TABLE_NAME, NEW.id::integer); RETURN NEW; END $$;
  CREATE FUNCTION brake.before_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM brake.check(tg_tag, '', 0); END $$;
  CREATE FUNCTION brake.after_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
  DECLARE made record;
  BEGIN
    IF tg_tag = 'CREATE TABLE' THEN
      FOR made IN SELECT objid::regclass AS name FROM pg_event_trigger_ddl_commands() c
        WHERE EXISTS (SELECT FROM brake.stop_at s JOIN pg_class r ON r.relname = s.name WHERE s.kind = 'row' AND r.oid = c.objid)
      LOOP
        EXECUTE format('CREATE TRIGGER brake BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION brake.on_row()', made.name);
      END LOOP;
    END IF;
    PERFORM brake.check(tg_tag, '', 1);
  END $$;
  CREATE EVENT TRIGGER brake_before ON ddl_command_start EXECUTE FUNCTION brake.before_command();
  CREATE EVENT TRIGGER brake_after ON ddl_command_end EXECUTE FUNCTION brake.after_command();
`;
