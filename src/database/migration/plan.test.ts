import { describe, expect, it } from "vitest";
import { HEAD, HISTORY } from "./history.ts";
import { planMigration } from "./plan.ts";

function groupsOf(revision: string | null, to: string | null): string[][] {
  return planMigration({ revision, to }).groups.map(({ steps }) => steps.map(({ revision: { id } }) => id));
}

describe("the plan of a migration", () => {
  it("makes one transaction of each revision", () => {
    expect(groupsOf("1142d81b29b8", "7e9fb153ecfb")).toEqual([
      ["3727163f275c"],
      ["7b40a55c0752"],
      ["7e9fb153ecfb"],
    ]);
  });

  it("runs a revision whose constraint is lifted later together with the one that lifts it", () => {
    const { groups } = planMigration({ revision: "b60c5ecdf927", to: HEAD });
    expect(groups[1]?.steps.map(({ revision }) => revision.id)).toEqual(["9f1271ef662a", "26d71848a404"]);
    expect(groups[1]).toMatchObject({ from: "9b9d58f02985", to: "26d71848a404" });
    expect(groups[1]?.passing).toMatchObject([
      { table: "lattices", kind: "not-null", columns: ["electron_id"] },
    ]);
  });

  it("does the same downwards", () => {
    expect(groupsOf("26d71848a404", "b60c5ecdf927")).toEqual([
      ["26d71848a404", "9f1271ef662a"],
      ["9b9d58f02985"],
    ]);
  });

  it("does not pass a constraint that the plan ends with", () => {
    expect(planMigration({ revision: "9b9d58f02985", to: "9f1271ef662a" }).groups).toMatchObject([
      { passing: [] },
    ]);
    expect(planMigration({ revision: "26d71848a404", to: "9f1271ef662a" }).groups).toMatchObject([
      { passing: [] },
    ]);
  });

  it("makes an empty database a full one in a single transaction", () => {
    expect(groupsOf(null, HEAD)).toEqual([HISTORY.map(({ id }) => id)]);
  });

  it("has nothing to do for a database that is there already", () => {
    expect(planMigration({ revision: HEAD, to: HEAD })).toMatchObject({ steps: [], groups: [] });
  });
});
