import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";

/** A package that cannot be bundled because it loads compiled code. */
export interface NativePackage {
  readonly name: string;
  readonly version: string;
  readonly esm: boolean;
}

interface PackageManifest {
  readonly type?: string;
  readonly name?: string;
  readonly version?: string;
  readonly gypfile?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The name of the package that a specifier such as `@scope/name/file.js` names; `undefined` for paths and built-ins. */
export function packageName(specifier: string): string | undefined {
  if (/^[./#]|^[a-z]+:/i.test(specifier) || isBuiltin(specifier)) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

/** Where Node finds a package from a directory. */
export function packageDirectory(name: string, from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (directory === dirname(directory)) return undefined;
  }
}

/** What loads a compiled file that lies beside it. */
const ADDON_LOADERS = [
  "node-gyp-build",
  "bindings",
  "prebuild-install",
  "@mapbox/node-pre-gyp",
  "node-pre-gyp",
  "pkg-prebuilds",
];
const PLATFORM = /(?:linux|darwin|win32|windows|freebsd|android)[-_/]/;

/** The package in a directory when it has native add-ons, judged by what it says and what lies in it. */
export function nativePackage(directory: string): NativePackage | undefined {
  const manifest = readManifest(directory);
  const { name = "", version = "", type, dependencies = {} } = manifest;
  const native =
    manifest.gypfile === true ||
    ["binding.gyp", "prebuilds"].some((entry) => existsSync(join(directory, entry))) ||
    ADDON_LOADERS.some((loader) => loader in dependencies) ||
    ["", "lib", "dist", "build", "build/Release", "bin"].some((folder) =>
      holdsAddon(join(directory, folder)),
    ) ||
    platformPackages(manifest, directory).some(holdsAddonSomewhere);
  return native ? { name, version, esm: type === "module" } : undefined;
}

/** The installed ones of `@img/sharp-linux-x64` and the like. */
function platformPackages({ optionalDependencies = {} }: PackageManifest, directory: string): string[] {
  return Object.keys(optionalDependencies)
    .filter((name) => PLATFORM.test(`${name}/`))
    .flatMap((name) => packageDirectory(name, directory) ?? []);
}

function holdsAddonSomewhere(directory: string): boolean {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).some((path) => path.endsWith(".node"));
}

function holdsAddon(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((entry) => entry.endsWith(".node"));
}

/** What the nearest package.json says that `.js` files are; `undefined` when it says nothing. */
export function moduleType(directory: string): string | undefined {
  if (existsSync(join(directory, "package.json"))) return readManifest(directory).type;
  return directory === dirname(directory) ? undefined : moduleType(dirname(directory));
}

/** The package that a file belongs to. */
export function packageAround(file: string): NativePackage {
  for (let directory = dirname(file); directory !== dirname(directory); directory = dirname(directory)) {
    const {
      name,
      version = "",
      type,
    } = existsSync(join(directory, "package.json")) ? readManifest(directory) : {};
    if (name !== undefined) return { name, version, esm: type === "module" };
  }
  return { name: file, version: "", esm: false };
}

function readManifest(directory: string): PackageManifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
}
