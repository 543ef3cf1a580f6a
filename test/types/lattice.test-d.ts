import { expectTypeOf, test } from "vitest";
import {
  electron,
  type Handle,
  isLattice,
  type Lattice,
  lattice,
  type Resolved,
  workflow,
} from "../../src/index.ts";

interface Row {
  readonly year: number;
}

const clean = electron(async (_path: string): Promise<Row[]> => []);
const count = electron((rows: Row[]) => rows.length);

test("a lattice keeps the type of its function", () => {
  const flow = lattice(
    { name: "flow", tags: ["a"] },
    (path: string, limit?: number) => [count(clean(path)), limit ?? 3] as const,
  );
  expectTypeOf<Parameters<typeof flow.function>>().toEqualTypeOf<
    [path: string, limit?: number | undefined]
  >();
  expectTypeOf<ReturnType<typeof flow.function>>().toEqualTypeOf<readonly [Handle<number>, number]>();
  const some: Lattice = flow;
  if (isLattice(some)) expectTypeOf(some.name).toEqualTypeOf<string>();
  expectTypeOf(workflow).toEqualTypeOf(lattice);
});

test("its result is what it returns, with values for handles, at any depth", () => {
  expectTypeOf<Resolved<Handle<Row[]>>>().toEqualTypeOf<Row[]>();
  expectTypeOf<Resolved<Promise<Handle<number>>>>().toEqualTypeOf<number>();
  expectTypeOf<Resolved<Handle<number>[]>>().toEqualTypeOf<number[]>();
  expectTypeOf<Resolved<[Handle<number>, "a", Handle<Row>]>>().toEqualTypeOf<[number, "a", Row]>();
  expectTypeOf<Resolved<readonly [Handle<number>, Date]>>().toEqualTypeOf<readonly [number, Date]>();
  expectTypeOf<Resolved<{ best: Handle<Row>; all: { rows: Handle<Row>[] } }>>().toEqualTypeOf<{
    best: Row;
    all: { rows: Row[] };
  }>();
  expectTypeOf<Resolved<Handle<number> | Handle<string> | null>>().toEqualTypeOf<number | string | null>();
  expectTypeOf<Resolved<{ a?: Handle<number> }>>().toEqualTypeOf<{ a?: number }>();
});

test("leaves, any, unknown, void and never stay what they are", () => {
  expectTypeOf<Resolved<Map<string, Row>>>().toEqualTypeOf<Map<string, Row>>();
  expectTypeOf<Resolved<{ at: Date; bytes: Uint8Array }>>().toEqualTypeOf<{ at: Date; bytes: Uint8Array }>();
  expectTypeOf<Resolved<ReturnType<typeof JSON.parse>>>().toBeAny();
  expectTypeOf<Resolved<Handle<ReturnType<typeof JSON.parse>>>>().toBeAny();
  expectTypeOf<Resolved<unknown>>().toBeUnknown();
  expectTypeOf<Resolved<void>>().toBeVoid();
  expectTypeOf<Resolved<undefined>>().toBeUndefined();
  expectTypeOf<Resolved<never>>().toBeNever();
});

test("parts of handles resolve too", () => {
  const flow = lattice(async (path: string) => ({ first: clean(path)[0].year, all: clean(path) }));
  expectTypeOf<Resolved<ReturnType<typeof flow>>>().toEqualTypeOf<{ first: number; all: Row[] }>();
});

test("options are checked", () => {
  lattice({ executor: "local", workflowExecutor: { name: "local" } }, () => 1);
  // @ts-expect-error that is an option of electrons
  lattice({ retries: 1 }, () => 1);
});
