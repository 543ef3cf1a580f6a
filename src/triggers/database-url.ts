import { CovalentError } from "../model/errors.ts";
import type { Encryption, RowSource, ServerSource } from "../model/row-source.ts";

/**
 * The databases of `DatabaseTrigger`s: addresses as SQLAlchemy reads them, `dialect+driver://user:password@host:port/database?key=value`.
 * The dialect counts; which of its drivers Python would take does not.
 */

const KINDS: Readonly<Record<string, ServerSource["kind"]>> = {
  postgresql: "postgres",
  postgres: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
};

/** Stands in an address where its password was. */
const MASK = "***";

// The password may hold anything but "@"; the user's name neither ":" nor "/".
const ADDRESS =
  /^(?<dialect>[a-z]\w*)(?:\+\w+)?:\/\/(?:(?<user>[^:/@]*)(?::(?<password>[^@]*))?@)?(?:\[(?<ipv6>[^\]/?@]+)\]|(?<host>[^/:?@]*))(?::(?<port>\d{1,5}))?(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/di;

/** An address, and apart from it the password that was in it. */
export interface Parted {
  readonly url: string;
  readonly password: string | undefined;
}

/**
 * Takes the password out of an address, so that the rest may be stored and shown.
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE` for what is no address
 */
export function withoutPassword(url: string): Parted {
  const found = ADDRESS.exec(url);
  if (found === null) {
    // It may hold a password nevertheless: no more of it is shown than its beginning.
    const reason = "it is no address such as postgresql://user@host/database";
    throw new CovalentError("TRIGGER_UNOBSERVABLE", {
      what: `the database ${/^[\w+.-]*/.exec(url)}…`,
      reason,
    });
  }
  const { password, query } = found.groups ?? {};
  const named = new URLSearchParams(query).get("password") ?? undefined;
  const [from, to] = found.indices?.groups?.password ?? [0, 0];
  const rest = password === undefined ? url : url.slice(0, from) + MASK + url.slice(to);
  return { url: masked(rest), password: named ?? (password === undefined ? undefined : decoded(password)) };
}

/** Without the password among its parameters. */
function masked(url: string): string {
  return url.replace(/([?&]password=)[^&]*/g, `$1${MASK}`);
}

/** Whether an address that is stored had a password. */
export function hadPassword(url: string): boolean {
  return withoutPassword(url).password === MASK;
}

/**
 * The database of an address that is given without its password.
 *
 * @throws {CovalentError} `TRIGGER_UNOBSERVABLE` for other databases, and for what the address asks for and nobody here heeds
 */
export function databaseOf(url: string, password: string | undefined): RowSource {
  const what = `the database ${withoutPassword(url).url}`;
  const refuse = (reason: string) => new CovalentError("TRIGGER_UNOBSERVABLE", { what, reason });
  const parts = ADDRESS.exec(url)?.groups ?? {};
  const dialect = parts.dialect?.toLowerCase() ?? "";
  if (dialect === "sqlite") return { kind: "sqlite", path: sqlitePath(url, refuse) };
  const kind = KINDS[dialect];
  if (kind === undefined)
    throw refuse(`this version observes SQLite, Postgres, MySQL and MariaDB, not ${dialect}`);
  const { user, port, database } = parts;
  const host = parts.ipv6 ?? parts.host;
  return {
    kind,
    ...(host && { host }),
    ...(port && { port: Number(port) }),
    ...(user && { user: decoded(user) }),
    ...(password !== undefined && { password }),
    ...(database && { database: decoded(database) }),
    ...sessionOf(kind, new URLSearchParams(parts.query), refuse),
  };
}

function sqlitePath(url: string, refuse: (reason: string) => CovalentError): string {
  const path = /^[^/]*:\/\/(?:\/([^?]*))?/.exec(url)?.[1] ?? "";
  if (path === "" || path === ":memory:") throw refuse("it names no file");
  return path;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Session = Pick<ServerSource, "encryption"> & Partial<ServerSource>;

/** How a parameter of an address changes the session. One that cannot be heeded is refused, since it might be about safety. */
const PARAMETERS: Readonly<
  Record<ServerSource["kind"], Readonly<Record<string, (value: string) => Partial<ServerSource> | undefined>>>
> = {
  postgres: {
    host: (value) => (value.startsWith("/") ? { socket: value } : { host: value }),
    port: portOf,
    user: (user) => ({ user }),
    password: () => ({}),
    dbname: (database) => ({ database }),
    options: (options) => ({ options }),
    sslmode: (value) => encrypted(SSL_MODES[value]),
    sslrootcert: (trusted) => ({ trusted }),
    application_name: () => ({}),
    client_encoding: () => ({}),
    connect_timeout: () => ({}),
    gssencmode: (value) => (value === "require" ? undefined : {}),
  },
  mysql: {
    unix_socket: (socket) => ({ socket }),
    user: (user) => ({ user }),
    password: () => ({}),
    charset: () => ({}),
    use_unicode: () => ({}),
    connect_timeout: () => ({}),
    ssl_ca: (trusted) => ({ trusted, encryption: "verified" }),
    ssl_disabled: (value) => encrypted(/^(1|true)$/i.test(value) ? "off" : "preferred"),
  },
};

/** As in libpq: `require` encrypts and believes the server. */
const SSL_MODES: Readonly<Record<string, Encryption>> = {
  disable: "off",
  allow: "preferred",
  prefer: "preferred",
  require: "required",
  "verify-ca": "verified",
  "verify-full": "verified",
};

function encrypted(encryption: Encryption | undefined): Partial<ServerSource> | undefined {
  return encryption && { encryption };
}

function portOf(value: string): Partial<ServerSource> | undefined {
  return /^\d{1,5}$/.test(value) ? { port: Number(value) } : undefined;
}

function sessionOf(
  kind: ServerSource["kind"],
  query: URLSearchParams,
  refuse: (reason: string) => CovalentError,
): Session {
  let session: Session = { encryption: "preferred" };
  for (const [name, value] of query) {
    const read = Object.hasOwn(PARAMETERS[kind], name) ? PARAMETERS[kind][name] : undefined;
    if (read === undefined) {
      const known = Object.keys(PARAMETERS[kind]).join(", ");
      throw refuse(`its parameter ${name} is not known; these are: ${known}`);
    }
    const change = read(value);
    if (change === undefined) throw refuse(`its parameter ${name} cannot be ${value}`);
    session = { ...session, ...change };
  }
  return session;
}
