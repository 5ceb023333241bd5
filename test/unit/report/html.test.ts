import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { html, lines } from "../../../src/report/html/template.ts";
import { htmlReport } from "../../../src/report/html.ts";
import { cleanReport, failedReport, hostileReport, troubledReport } from "../../support/report.ts";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browser = BROWSERS.find((path) => existsSync(path));

describe("the template", () => {
  it("escapes everything that is interpolated, and nothing twice", () => {
    const part = html`<b title="${`"'<>&`}">${"<i>"}</b>`;
    expect(html`<p>${part}</p>`.toString()).toBe('<p><b title="&quot;&#39;&lt;&gt;&amp;">&lt;i&gt;</b></p>');
  });

  it("joins lists, and leaves out null and false, but not 0", () => {
    expect(html`${[1, null, "a", false, 0]}`.toString()).toBe("1a0");
  });

  it("spells characters that would turn or hide the text around them", () => {
    expect(html`${"a\u202eb\u0000\n"}`.toString()).toBe("a\\u202eb\\x00\\n");
    expect(lines("a\n\u001b[1m").toString()).toBe("a\n\\x1b[1m");
  });
});

describe("the page", () => {
  it("needs no network: no address is fetched, and a policy forbids it", () => {
    for (const page of [htmlReport(cleanReport), htmlReport(troubledReport)]) {
      expect(page).not.toMatch(/(src|href)="(?!#)/);
      expect(page).not.toMatch(/@import|url\(/);
      expect(page).toContain("default-src &#39;none&#39;");
    }
  });

  it("has every section that has something to say, and none that has not", () => {
    const titles = (page: string): string[] => [...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title!);
    expect(titles(htmlReport(cleanReport))).not.toContain("Rejected rows");
    expect(titles(htmlReport(failedReport))[0]).toBe("Errors");
    expect(titles(htmlReport(troubledReport))).toEqual([
      "Summary",
      "What to do next",
      "Tables and proof",
      "Rejected rows",
      "Differences",
      "Findings",
      "Timings",
      "Constraints, sequences and objects",
      "Types chosen and why",
      "Environment",
    ]);
  });

  it("stays small where a value is huge", () => {
    expect(htmlReport(hostileReport).length).toBeLessThan(100_000);
  });

  it("holds no script, image or handler of a hostile name", () => {
    const page = htmlReport(hostileReport);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<\/script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|<svg onload/);
    for (const character of ["\u202e", "\u2066", "\u0000", "\u001b"]) expect(page).not.toContain(character);
  });

  it.skipIf(browser === undefined)("is the same document in a real browser, whatever the names in it are", () => {
    const directory = mkdtempSync(join(tmpdir(), "landbridge-page-"));
    try {
      const dump = (name: string, page: string): string => {
        const file = join(directory, `${name}.html`);
        writeFileSync(file, page);
        const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(directory, "profile")}`];
        return execFileSync(browser!, [...flags, "--dump-dom", `file://${file}`], {
          encoding: "utf8",
          stdio: ["ignore", "pipe", "ignore"],
          timeout: 60_000,
        });
      };
      const dom = dump("hostile", htmlReport(hostileReport));
      expect(dom).toMatch(/<title>Done, with differences: /);
      expect(dom).not.toMatch(/<title>[^<]*owned/);
      expect(dom.match(/<script/g)).toHaveLength(1);
      expect(dom).not.toMatch(/<img|<svg onload|<style>\*/);
      // The page's own script runs under its policy: titles of sortable tables have become buttons.
      expect(dump("clean", htmlReport(cleanReport))).toContain('<button type="button">Written</button>');
    } finally {
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  if (browser === undefined) console.log("skipped: the page in a real browser (no Chromium here)");
});
