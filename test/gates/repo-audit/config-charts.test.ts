import { describe, expect, it } from "vitest";
import { applyFixes, audit, brief, findingsIn, folderWith, isExact } from "./support.ts";

type Files = Record<string, string>;

const HELPERS = `{{/* Names. */}}
{{- define "shop.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 -}}
{{- end -}}
{{- define "shop.selectorLabels" -}}
app.kubernetes.io/name: shop
{{- end -}}
{{- define "shop.labels" -}}
{{ include "shop.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      containers:
        - name: shop
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: {{ .Values.containerPort }}
          env:
            - name: CURRENCY
              valueFrom:
                configMapKeyRef:
                  name: {{ include "shop.fullname" . }}-settings
                  key: CURRENCY
          {{- if .Values.resources }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
          {{- end }}
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ include "shop.fullname" . }}
spec:
  type: {{ .Values.service.type | quote }}
  selector:
    {{- include "shop.selectorLabels" . | nindent 4 }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: {{ .Values.service.targetPort }}
`;

const CHART: Files = {
  "deploy/shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "deploy/shop/values.yaml":
    "replicas: 1\nimage:\n  repository: shop\n  tag: ''\ncontainerPort: 8080\nservice:\n  type: ClusterIP\n  port: 80\n  targetPort: 8080\nresources: {}\n# podAnnotations: what every pod carries\n",
  "deploy/shop/templates/_helpers.tpl": HELPERS,
  "deploy/shop/templates/deployment.yaml": DEPLOYMENT,
  "deploy/shop/templates/service.yaml": SERVICE,
  "deploy/shop/templates/settings.yaml":
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "shop.fullname" . }}-settings\ndata:\n  CURRENCY: EUR\n  COUNTRY: DE\n',
};

const changed = (file: string, from: string, to: string): Files => {
  const path = `deploy/shop/${file}`;
  expect(CHART[path]).toContain(from);
  return { ...CHART, [path]: CHART[path]!.replace(from, to) };
};

const found = async (files: Files): Promise<string[]> =>
  brief(await findingsIn(files, "config-consistency")).map((line) => line.replace("config-consistency/", ""));

describe("Helm charts", () => {
  it("are silent when values, templates and ports agree", async () => {
    expect(await found(CHART)).toEqual([]);
  });

  it.each([
    [
      "a target port that no container has, told where it is set",
      changed("values.yaml", "targetPort: 8080", "targetPort: 8081"),
      "medium port-mismatch deploy/shop/values.yaml:9",
    ],
    [
      "a named target port that no container has",
      changed("templates/service.yaml", "{{ .Values.service.targetPort }}", "web"),
      "high port-mismatch deploy/shop/templates/service.yaml:11",
    ],
    [
      "a value whose name was mistyped",
      changed("templates/service.yaml", ".Values.service.port }}", ".Values.service.prot }}"),
      "medium undeclared-value deploy/shop/templates/service.yaml:10",
    ],
    [
      "a value below something that nobody declares",
      changed("templates/service.yaml", ".Values.service.port }}", ".Values.gateway.listener.port }}"),
      "high undeclared-value deploy/shop/templates/service.yaml:10",
    ],
    [
      "a key that the ConfigMap of the chart does not have",
      changed("templates/deployment.yaml", "key: CURRENCY", "key: CURRENCIES"),
      "high unknown-reference deploy/shop/templates/deployment.yaml:29",
    ],
  ])("say %s", async (_what, files, expected) => {
    const dir = folderWith(files);
    const { findings } = await audit(dir, { checks: ["config-consistency"] });
    expect(brief(findings).map((line) => line.replace("config-consistency/", ""))).toEqual([expected]);
    expect(isExact(findings[0]!.fix)).toBe(true);
  });

  const DOCKERFILE = "FROM node:20\nCOPY . .\nEXPOSE 8080\nCMD node server.js\n";
  const image = { "package.json": '{\n  "name": "shop"\n}\n', Dockerfile: DOCKERFILE };
  const listening = (port: number): Files => ({
    ...CHART,
    ...image,
    "deploy/shop/values.yaml": CHART["deploy/shop/values.yaml"]!.replaceAll("8080", String(port)),
  });

  it("say where a container listens otherwise than the image built here, and mend it", async () => {
    expect(await found(listening(8080))).toEqual([]);
    const dir = folderWith(listening(9000));
    const { findings } = await audit(dir, { checks: ["config-consistency"] });
    expect(brief(findings)).toEqual(["high config-consistency/port-mismatch deploy/shop/values.yaml:5"]);
    expect(findings[0]?.message).toContain("has container port 9000, but Dockerfile");
    applyFixes(dir, findings);
    const after = (await audit(dir, { checks: ["config-consistency"] })).findings;
    expect(after.filter(({ message }) => message.includes("container port"))).toEqual([]);
  });

  it.each([
    [
      "a command that says so",
      {
        "deploy/shop/templates/deployment.yaml": DEPLOYMENT.replace(
          "          env:\n",
          '          args: ["--port=9000"]\n          env:\n',
        ),
      },
    ],
    [
      "a variable that says so",
      {
        "deploy/shop/templates/deployment.yaml": DEPLOYMENT.replace(
          "          env:\n",
          '          env:\n            - name: PORT\n              value: "9000"\n',
        ),
      },
    ],
    ["code that speaks of it", { "settings.js": "export const port = 9000;\n" }],
    [
      "an image of somebody else",
      {
        "deploy/shop/values.yaml": listening(9000)["deploy/shop/values.yaml"]!.replace(
          "repository: shop",
          "repository: cart",
        ),
      },
    ],
    ["no EXPOSE", { Dockerfile: "FROM node:20\nCMD node server.js\n" }],
  ])("say nothing against %s", async (_what, files: Files) => {
    expect(await found({ ...listening(9000), ...files })).toEqual([]);
  });

  it("are found by the folder or the compose service that builds the image", async () => {
    const { "package.json": _name, Dockerfile: _file, ...chart } = listening(9000);
    const expected = ["high port-mismatch deploy/shop/values.yaml:5"];
    expect(await found({ ...chart, "services/shop/Dockerfile": DOCKERFILE })).toEqual(expected);
    const compose = "services:\n  web:\n    image: ghcr.io/acme/shop:1\n    build: web\n";
    expect(await found({ ...chart, "web/Dockerfile": DOCKERFILE, "compose.yml": compose })).toEqual(expected);
  });

  it("are read with helpers that bring their own lines, empty lists, and keys of two conditions", async () => {
    const deployment = DEPLOYMENT.replace(
      "  replicas:",
      '  {{- include "shop.scheduling" (dict "of" .Values) }}\n  replicas:',
    )
      .replace(
        "          env:\n",
        "          {{- if .Values.more }}\n          {{- toYaml .Values.more | nindent 10 }}\n          {{- end }}\n          env:\n",
      )
      .replace(
        "      containers:",
        '      {{- if .Values.a }}\n      hostNetwork: true\n      {{- end }}\n      {{- if .Values.b }}\n      hostNetwork: false\n      {{- end }}\n      {{- include "lib.render" (dict "value" .Values.c) | nindent 6 }}\n      containers:',
      );
    const files = {
      ...changed("values.yaml", "resources: {}", "resources: {}\nmore: []\na: 1\nb: 1\nc: 1"),
      "deploy/shop/templates/deployment.yaml": deployment,
    };
    const { checks, findings, metrics } = await audit(folderWith(files), { checks: ["config-consistency"] });
    expect(findings).toEqual([]);
    expect(metrics.charts).toMatchObject({ templates: 3, notCompared: 0 });
    expect(checks[0]?.examined).toBe(checks[0]?.planned);
    const wrong = {
      ...files,
      "deploy/shop/templates/service.yaml": SERVICE.replace("{{ .Values.service.targetPort }}", "web"),
    };
    expect(await found(wrong)).toEqual(["high port-mismatch deploy/shop/templates/service.yaml:11"]);
  });

  it("let an autoscaler scale what another folder defines, unless its own folder has its namesake", async () => {
    const scaler = (name: string, target: string): string =>
      `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: ${name}\nspec:\n  scaleTargetRef:\n    kind: Deployment\n    name: ${target}\n`;
    const deployment = (name: string): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n`;
    const files = {
      "k8s/web/web.yaml": deployment("web"),
      "k8s/api/api.yaml": deployment("api"),
      "k8s/web/scale.yaml": scaler("all", "api"),
    };
    expect(await found(files)).toEqual([]);
    expect(await found({ ...files, "k8s/web/scale.yaml": scaler("web", "api") })).toEqual([
      "high unknown-service k8s/web/scale.yaml:8",
    ]);
    expect(await found({ ...files, "k8s/web/scale.yaml": scaler("all", "apis") })).toHaveLength(1);
  });

  it("take a template without an action for what it is", async () => {
    const ingress =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  defaultBackend:\n    service:\n      name: plain\n      port:\n        number: 80\n";
    const service =
      "apiVersion: v1\nkind: Service\nmetadata:\n  name: plain\nspec:\n  ports:\n    - port: 80\n";
    const files = { ...CHART, "deploy/shop/templates/ingress.yaml": ingress };
    expect(await found(files)).toEqual(["high unknown-service deploy/shop/templates/ingress.yaml:8"]);
    expect(await found({ ...files, "deploy/shop/templates/plain.yaml": service })).toEqual([]);
  });

  it("say what could not be compared, and count it as not examined", async () => {
    const files = {
      ...CHART,
      "deploy/shop/templates/loop.yaml": "{{- range .Values.jobs }}\nkind: Job\n{{- end }}\n",
      "deploy/shop/templates/odd.yaml":
        "kind: Service\napiVersion: v1\nmetadata: {{ .Values.x }}: {{ .Values.y }}\n",
      "deploy/bare/Chart.yaml": "apiVersion: v2\nname: bare\nversion: 1.0.0\n",
      "deploy/bare/templates/a.yaml": "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\n",
    };
    const { checks, metrics } = await audit(folderWith(files), { checks: ["config-consistency"] });
    expect(checks[0]).toMatchObject({ status: "passed", planned: 10, examined: 7 });
    expect(checks[0]?.message).toContain("loop.yaml: what this template becomes cannot be told without Helm");
    expect(checks[0]?.message).toContain("odd.yaml: this template is no YAML");
    expect(checks[0]?.message).toContain("deploy/bare/Chart.yaml: there are no values beside it");
    expect(metrics.charts).toMatchObject({ charts: 2, templates: 5, notCompared: 3 });
  });

  it("are mended by the edit that comes with a mistyped value", async () => {
    const dir = folderWith(
      changed("templates/service.yaml", ".Values.service.port }}", ".Values.service.prot }}"),
    );
    applyFixes(dir, (await audit(dir, { checks: ["config-consistency"] })).findings);
    expect((await audit(dir, { checks: ["config-consistency"] })).findings).toEqual([]);
  });

  it.each([
    ["a default", "{{ .Values.service.nodePort | default 30080 }}"],
    ["a condition", "{{ if .Values.service.nodePort }}{{ .Values.service.nodePort }}{{ end }}"],
    ["a value of the chart above", "{{ .Values.global.nodePort }}"],
  ])("say nothing of a value that has %s", async (_what, template) => {
    expect(await found(changed("templates/service.yaml", "{{ .Values.service.port }}", template))).toEqual(
      [],
    );
  });

  it("say nothing of values a subchart brings, a library, or a map left empty", async () => {
    const read = (path: string): Files =>
      changed("templates/service.yaml", "{{ .Values.service.port }}", `{{ .Values.${path} }}`);
    const chart = "deploy/shop/Chart.yaml";
    const withSubchart = { [chart]: `${CHART[chart]}dependencies:\n  - name: redis\n    version: 1.x\n` };
    expect(await found({ ...read("redis.auth.port"), ...withSubchart })).toEqual([]);
    expect(await found({ ...read("unheard.of"), [chart]: `${CHART[chart]}type: library\n` })).toEqual([]);
    expect(await found(read("resources.limits.port"))).toEqual([]);
  });
});

const pod = (env: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          env:\n${env}`;
const ref = (kind: string, name: string, key: string, more = ""): string =>
  `            - name: X\n              valueFrom:\n                ${kind}KeyRef:\n                  name: ${name}\n                  key: ${key}\n${more}`;
const map = (kind: string, name: string, body: string): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${body}`;

describe("variables taken from ConfigMaps and Secrets", () => {
  const settings = map("ConfigMap", "api-settings", "data:\n  LOG_LEVEL: info\n");
  const secret = map("Secret", "api-secret", "stringData:\n  TOKEN: ''\n");
  const files = (env: string, more: Files = {}): Files => ({
    "k8s/api.yaml": pod(env),
    "k8s/settings.yaml": settings,
    "k8s/secret.yaml": secret,
    ...more,
  });

  it.each([
    ["a key that is not there", ref("configMap", "api-settings", "LOGLEVEL"), "k8s/api.yaml:15"],
    ["a key of a secret", ref("secret", "api-secret", "PASSWORD"), "k8s/api.yaml:15"],
    ["a ConfigMap by a wrong name", ref("configMap", "api-setting", "LOG_LEVEL"), "k8s/api.yaml:15"],
    [
      "all of a ConfigMap by a wrong name",
      "            []\n          envFrom:\n            - configMapRef:\n                name: api-seting\n",
      "k8s/api.yaml:14",
    ],
  ])("say %s", async (_what, env, place) => {
    expect(await found(files(env))).toEqual([`high unknown-reference ${place}`]);
  });

  it.each([
    ["what is there", ref("configMap", "api-settings", "LOG_LEVEL"), {}],
    [
      "what another folder of manifests defines",
      ref("configMap", "api-setting", "ANY"),
      { "base/setting.yaml": map("ConfigMap", "api-setting", "data:\n  ANY: x\n") },
    ],
    ["a secret made elsewhere", ref("secret", "database", "PASSWORD"), {}],
    ["what is optional", ref("configMap", "api-settings", "NONE", "                  optional: true\n"), {}],
    [
      "an external secret",
      ref("secret", "vaulted", "ANY"),
      { "k8s/e.yaml": map("ExternalSecret", "vaulted", "spec:\n  refreshInterval: 1h\n") },
    ],
    [
      "what kustomize makes",
      ref("configMap", "api-setting", "ANY"),
      {
        "k8s/kustomization.yaml":
          "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator:\n  - name: api-setting\n    literals: [ANY=1]\n",
      },
    ],
  ])("say nothing of %s", async (_what, env, more) => {
    expect(await found(files(env, more))).toEqual([]);
  });
});
