import { expect, it } from "vitest";
import { loadDriver } from "./driver.ts";

it("a driver that is not installed is named, with what installs it", async () => {
  const name: string = "no-such-driver";
  const missing = loadDriver(name, () => import(/* @vite-ignore */ name));
  await expect(missing).rejects.toMatchObject({
    code: "TRIGGER_DRIVER_MISSING",
    message: expect.stringContaining("no package no-such-driver"),
    hint: expect.stringContaining("npm install no-such-driver"),
  });
});

it("a driver that is installed and broken says what is wrong with it", async () => {
  const broken = loadDriver("pg", () => Promise.reject(new Error("its file is damaged")));
  await expect(broken).rejects.toThrow("its file is damaged");
});
