import type { Revision } from "../migration/operations.ts";
import { r2be7f05a9c61 } from "./2be7f05a9c61-attempts-and-events.ts";
import { r7b40a55c0752 } from "./7b40a55c0752-remove-deprecated-cols.ts";
import { r7e9fb153ecfb } from "./7e9fb153ecfb-add-task-group-table.ts";
import { r8f36b1c94e5d } from "./8f36b1c94e5d-dispatches-of-our-own.ts";
import { r9b9d58f02985 } from "./9b9d58f02985-v11.ts";
import { r9f1271ef662a } from "./9f1271ef662a-v11-updates.ts";
import { r26d71848a404 } from "./26d71848a404-v12.ts";
import { r1142d81b29b8 } from "./1142d81b29b8-schema-updates-for-new-dal.ts";
import { r97202f5f47cb } from "./97202f5f47cb-v13.ts";
import { r3727163f275c } from "./3727163f275c-consolidate-electron-hooks.ts";
import { a9d2c61f4b07 } from "./a9d2c61f4b07-list-of-dispatches.ts";
import { b60c5ecdf927 } from "./b60c5ecdf927-init.ts";
import { c5a1e0d7b3f2 } from "./c5a1e0d7b3f2-assets-of-all-dispatches.ts";
import { d3b90e47a2c6 } from "./d3b90e47a2c6-control-and-cache.ts";
import { de0a6c0a3e3d } from "./de0a6c0a3e3d-add-qelectron-data-exists-flag-to-db.ts";
import { e71c4d9a0b58 } from "./e71c4d9a0b58-triggers.ts";
import { f64ecaa040d5 } from "./f64ecaa040d5-add-jobs-db-table.ts";

/** Every revision, oldest first. A new one goes to the end and names the one before it as its parent. */
export const REVISIONS: readonly Revision[] = [
  b60c5ecdf927,
  r9b9d58f02985,
  r9f1271ef662a,
  r26d71848a404,
  r97202f5f47cb,
  f64ecaa040d5,
  de0a6c0a3e3d,
  r1142d81b29b8,
  r3727163f275c,
  r7b40a55c0752,
  r7e9fb153ecfb,
  c5a1e0d7b3f2,
  r8f36b1c94e5d,
  r2be7f05a9c61,
  d3b90e47a2c6,
  e71c4d9a0b58,
  a9d2c61f4b07,
];
