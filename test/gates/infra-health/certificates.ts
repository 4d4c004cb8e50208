/** A certificate authority of the test's own, and certificates with any name and any dates. Made by openssl. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  key: string;
  certificate: string;
}

export interface Authority {
  file: string;
  issue(name: string, subject: string, dates: "valid" | "expired" | "future"): Certificate;
}

const DATES = {
  valid: ["20200101000000Z", "20991231000000Z"],
  expired: ["20200101000000Z", "20210101000000Z"],
  future: ["20900101000000Z", "20991231000000Z"],
} as const;

export function createAuthority(folder: string): Authority {
  const home = join(folder, "authority");
  mkdirSync(join(home, "issued"), { recursive: true });
  chmodSync(home, 0o755);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: home, stdio: "pipe" });
  writeFileSync(join(home, "index.txt"), "");
  writeFileSync(join(home, "serial"), "1000\n");
  writeFileSync(
    join(home, "ca.cnf"),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${home}/index.txt\nserial=${home}/serial\nnew_certs_dir=${home}/issued\n` +
      "default_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\n[any]\ncommonName=supplied\n",
  );
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "3650",
    "-subj",
    "/CN=Test authority",
  );
  return {
    file: join(home, "ca.pem"),
    issue(name, subject, dates) {
      const [start, end] = DATES[dates];
      const key = join(home, `${name}.key`);
      const certificate = join(home, `${name}.pem`);
      openssl(
        "req",
        ...curve,
        "-keyout",
        key,
        "-out",
        `${name}.csr`,
        "-subj",
        `/CN=${name}`,
        "-addext",
        `subjectAltName=${subject}`,
      );
      const files = ["-in", `${name}.csr`, "-out", certificate, "-cert", "ca.pem", "-keyfile", "ca.key"];
      openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...files, "-startdate", start, "-enddate", end);
      return { key, certificate };
    },
  };
}
