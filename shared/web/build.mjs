// Builds the style sheet and scripts of the pages into src/nextstep_web/static/.
//
// `node build.mjs` writes them; `node build.mjs --check` says whether what is there is what the
// sources and the locked npm packages give, and exits with 1 if it is not.
import { readFileSync, writeFileSync, mkdirSync, rmSync, existsSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "src/nextstep_web/static");
const read = (...parts) => readFileSync(join(...parts));

function styles() {
  const { css } = compile(join(here, "assets/page.scss"), {
    loadPaths: [join(here, "assets"), modules],
    quietDeps: true,
    style: "compressed",
  });
  const foreign = css.match(/(?:https?:)?\/\/(?!www\.w3\.org)[^\s"')]+/g) ?? [];
  if (foreign.length || /@font-face|frutiger/i.test(css)) {
    throw new Error(`the style sheet names a font or a foreign host: ${foreign.join(", ")}`);
  }
  return css;
}

function icons(css) {
  const names = new Set([...css.matchAll(/icons\/([a-z-]+\.svg)/g)].map((found) => found[1]));
  const source = join(modules, "nhsuk-frontend/dist/nhsuk/assets/images");
  return [...names].map((name) => [`icons/${name}`, read(source, name)]);
}

async function script() {
  const { outputFiles } = await build({
    entryPoints: [join(here, "assets/page.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return outputFiles[0].contents;
}

const packages = ["nhsuk-frontend", "htmx.org", "swagger-ui-dist"].map((name) =>
  JSON.parse(read(modules, name, "package.json")),
);

function licences() {
  const texts = packages.map(({ name, version, license }) => {
    const files = ["LICENSE", "NOTICE"].map((file) => join(modules, name, file)).filter(existsSync);
    const heading = `${name} ${version}, licence ${license}\n${"=".repeat(72)}\n`;
    return heading + files.map((file) => read(file)).join("\n");
  });
  return `What these files contain of others' work, compiled or copied.\n\n${texts.join("\n\n")}`;
}

const versions = Object.fromEntries(packages.map(({ name, version }) => [name, version]));

function digest(content) {
  return createHash("sha256").update(content).digest("hex");
}

// nextstep_web/assets.py computes the same digest, to notice a source that changed since
function digestOfSources() {
  const assets = readdirSync(join(here, "assets"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(here, join(entry.parentPath, entry.name)));
  const names = [...assets, "build.mjs", "package.json", "package-lock.json"].sort();
  return digest(names.map((name) => `${name} ${digest(read(here, name))}\n`).join(""));
}

function record(files) {
  const digests = Object.fromEntries([...files].map(([name, content]) => [name, digest(content)]));
  const all = { sources: digestOfSources(), packages: versions, files: digests };
  return Buffer.from(JSON.stringify(all, null, 2) + "\n");
}

async function built() {
  const css = styles();
  const minified = await transform(css, { loader: "css", minify: true });
  return new Map([
    ["page.css", minified.code],
    ["page.js", await script()],
    ["docs.js", read(here, "assets/docs.js")],
    ["mark.svg", read(here, "assets/mark.svg")],
    ["swagger-ui.css", read(modules, "swagger-ui-dist/swagger-ui.css")],
    ["licences.txt", licences()],
    ["swagger-ui-bundle.js", read(modules, "swagger-ui-dist/swagger-ui-bundle.js")],
    ...icons(css),
  ].map(([name, content]) => [name, withoutSourceMap(Buffer.from(content))]));
}

function withoutSourceMap(content) {
  const text = content.toString("utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( \*\/)?\s*$/, "\n");
  return Buffer.from(text);
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(out, join(entry.parentPath, entry.name)));
}

const files = await built();
files.set("built.json", record(files));
if (process.argv.includes("--check")) {
  const stale = [...files].filter(
    ([name, content]) => !existsSync(join(out, name)) || digest(read(out, name)) !== digest(content),
  );
  const extra = filesIn(out).filter((name) => !files.has(name));
  for (const name of [...stale.map(([name]) => name), ...extra]) console.error(`not current: ${name}`);
  process.exitCode = stale.length || extra.length ? 1 : 0;
} else {
  rmSync(out, { recursive: true, force: true });
  for (const [name, content] of files) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), content);
  }
  console.log(`built ${files.size} files`);
}
