import { describe, expect, it } from "vitest";
import { databaseOf, hadPassword, withoutPassword } from "./database-url.ts";

const read = (url: string) => {
  const parted = withoutPassword(url);
  return databaseOf(parted.url, parted.password);
};

describe("the address of a database", () => {
  it.each([
    ["sqlite:////data/runs.db", "/data/runs.db"],
    ["sqlite+pysqlite:////data/runs.db?timeout=3", "/data/runs.db"],
    ["sqlite:///runs.db", "runs.db"],
  ])("%s is a file", (url, path) => {
    expect(read(url)).toEqual({ kind: "sqlite", path });
  });

  it("is read as SQLAlchemy does, whatever Python's driver", () => {
    expect(read("postgresql+psycopg2://ada:s%40fe%2F%3A@db.lab:5433/runs%20x?sslmode=require")).toEqual({
      kind: "postgres",
      host: "db.lab",
      port: 5433,
      user: "ada",
      password: "s@fe/:",
      database: "runs x",
      encryption: "required",
    });
    expect(read("mysql+pymysql://ada@[::1]/runs?charset=utf8mb4&ssl_ca=/ca.pem")).toEqual({
      kind: "mysql",
      host: "::1",
      user: "ada",
      database: "runs",
      encryption: "verified",
      trusted: "/ca.pem",
    });
    expect(read("postgresql://ada:x@/runs?host=/run/postgresql")).toMatchObject({
      socket: "/run/postgresql",
      password: "x",
    });
    expect(read("mariadb://root@/?unix_socket=/run/m.sock")).toEqual({
      kind: "mysql",
      user: "root",
      encryption: "preferred",
      socket: "/run/m.sock",
    });
  });

  it.each([
    ["postgresql://ada:secret@db/runs", "postgresql://ada:***@db/runs"],
    ["postgresql://ada:secret@db/runs?user=a@b", "postgresql://ada:***@db/runs?user=a@b"],
    ["postgresql://ada:sec?re/t:secret@db", "postgresql://ada:***@db"],
    ["mysql://db/runs?password=secret&charset=utf8", "mysql://db/runs?password=***&charset=utf8"],
  ])("%s is stored as %s", (url, stored) => {
    expect(withoutPassword(url).url).toBe(stored);
    expect(withoutPassword(url).password).toContain("secret");
    expect(hadPassword(stored)).toBe(true);
  });

  it("without a password has none, and an empty one is one", () => {
    expect(withoutPassword("postgresql://ada@db/runs").password).toBeUndefined();
    expect(hadPassword("postgresql://ada@db/runs")).toBe(false);
    expect(withoutPassword("mysql://ada:@db/runs")).toEqual({ url: "mysql://ada:***@db/runs", password: "" });
  });

  it.each([
    ["mssql+pyodbc://ada:secret@db/runs", "not mssql"],
    ["postgresql://ada:sec@ret:secret@db/runs", "no address"],
    ["postgresql:ada:secret@db", "no address"],
    ["postgresql://ada:secret@db:port/runs", "no address"],
    ["postgresql://ada:secret@db/runs?sslmode=maybe", "sslmode cannot be maybe"],
    ["postgresql://ada:secret@db/runs?sslcert=/me.pem", "sslcert is not known"],
    ["mysql://db/runs?password=secret&__proto__=1", "__proto__ is not known"],
    ["sqlite://", "names no file"],
    ["sqlite:///:memory:", "names no file"],
    ["runs.db", "no address"],
  ])("%s is refused, and no password is shown", (url, reason) => {
    const refusal = expect.objectContaining({
      code: "TRIGGER_UNOBSERVABLE",
      message: expect.stringMatching(new RegExp(`^(?!.*secret).*${reason}`)),
    });
    expect(() => databaseOf(url, undefined)).toThrow(refusal);
    expect(() => read(url)).toThrow(refusal);
  });
});
