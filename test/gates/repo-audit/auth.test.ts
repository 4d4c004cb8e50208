import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";
import { describe, expect, it } from "vitest";
import { loadPython } from "../../../gates/repo-audit/python.ts";
import { SourceFile } from "../../../gates/repo-audit/source.ts";
import { applyFixes, audit, brief, findingsIn, folderWith } from "./support.ts";

const routes = async (path: string, text: string): Promise<string[]> =>
  (await findingsIn({ [path]: text }, "auth"))
    .filter(({ ruleId }) => ruleId === "auth/unguarded-route")
    .map(({ severity, message }) => `${severity} ${message.split(" can be")[0]}`);

const only = { checks: ["auth"] };

describe("routes without authentication where their neighbours have it", () => {
  it.each([
    [
      "Express",
      "src/api.js",
      `const router = express.Router();
router.route('/users').get(auth, list).post(auth, create);
router.route('/users/:id').put(auth, update).delete(remove);
router.post('/login', login);
router.get('/prices', prices);`,
      ["high DELETE /users/:id"],
    ],
    [
      "Fastify",
      "src/api.ts",
      `export default async function routes(fastify: FastifyInstance) {
  fastify.get('/a', { preHandler: [fastify.authenticate] }, async () => 1);
  fastify.post('/b', { onRequest: [fastify.authenticate] }, async () => 1);
  fastify.route({ method: 'PATCH', url: '/e', handler: async () => 1 });
}`,
      ["high PATCH /e"],
    ],
    [
      "Koa",
      "src/api.ts",
      `import Router from 'koa-router';
const router = new Router();
router.post('/a', requireStaff(), async (ctx) => { ctx.body = 1; });
router.post('/b', requireStaff(), async (ctx) => { ctx.body = 1; });
router.post('/c', async (ctx) => { ctx.body = await remove(ctx.params.id); });
router.post('/d', async (ctx) => { ctx.body = ctx.state.user.id; });`,
      ["high POST /c"],
    ],
    [
      "Hono",
      "src/api.ts",
      `import { Hono } from 'hono';
const app = new Hono();
app.use('/admin/*', jwt({ secret }));
app.get('/admin/a', (c) => c.json(1)).post('/admin/b', (c) => c.json(1));
app.post('/other', (c) => c.json(1));
app.post('/pay', bearerAuth({ token }), (c) => c.json(1));`,
      ["high POST /other"],
    ],
    [
      "Nest",
      "src/orders.controller.ts",
      `import { Controller } from '@nestjs/common';
@Controller('orders')
export class OrdersController {
  @Get() @UseGuards(JwtAuthGuard) list() { return 1; }
  @Post() @UseGuards(JwtAuthGuard) create(@Body() b: Dto) { return 1; }
  @Delete(':id') remove(@Param('id') id: string) { return 1; }
  @Public() @Patch('open') open() { return 1; }
}`,
      ["high DELETE /orders/:id"],
    ],
    [
      "FastAPI",
      "app/items.py",
      `from fastapi import APIRouter, Depends
router = APIRouter()
@router.get("/items")
def read_items(session: SessionDep, current_user: CurrentUser): ...
@router.put("/items/{id}", dependencies=[Depends(get_current_active_superuser)])
def update_item(id: int, item: ItemIn): ...
@router.patch("/items/{id}", dependencies=[DependsSuperUser])
def patch_item(id: int, item: ItemIn):
    return save(id, item)
@router.delete("/items/{id}")
def delete_item(session: SessionDep, id: int):
    return session.remove(id)
`,
      ["high DELETE /items/{id}"],
    ],
    [
      "Flask, one guard above the route and so without effect",
      "app/orders.py",
      `@bp.route("/orders")
@login_required
def orders(): return "x"
@bp.route("/orders/<id>", methods=["POST"])
@login_required
def update(id): return "x"
@login_required
@bp.route("/orders/<id>", methods=["DELETE"])
def remove(id): return "x"
`,
      ["high DELETE /orders/<id>"],
    ],
    [
      "Django",
      "shop/views.py",
      `@login_required
def edit(request, id):
    return redirect("x")
@login_required
def show(request, id):
    return render(request, "b.html")
def export(request):
    return JsonResponse({})
def helper(request):
    return 1
def mine(request):
    return JsonResponse(request.user.orders)
`,
      ["medium GET export"],
    ],
  ])("%s", async (_framework, path, text, expected) => {
    expect(await routes(path, text)).toEqual(expected);
  });

  const handler = (body: string): string => `export async function POST(request) {\n  ${body}\n}\n`;
  const next = {
    "app/api/orders/route.ts": handler("await auth();"),
    "app/api/invoices/route.ts": handler("await auth();"),
    "app/api/refunds/route.ts": handler("return refund(request);"),
    "app/api/webhooks/pay/route.ts": handler("return pay(request);"),
    "app/api/well-known/server.json/route.ts": handler("return card;"),
  };

  it("Next, file beside file, unless a middleware asks for all", async () => {
    expect(brief(await findingsIn(next, "auth"))).toEqual([
      "high auth/unguarded-route app/api/refunds/route.ts:1",
    ]);
    const middleware = "export default (request) => (getToken(request) ? null : Response.redirect('/'));\n";
    expect(await findingsIn({ ...next, "middleware.ts": middleware }, "auth")).toEqual([]);
  });

  describe("FastAPI, put together elsewhere", () => {
    const views = `from fastapi import APIRouter, Depends
router = APIRouter()
@router.post("/a", dependencies=[Depends(current_user)])
def a(): return 1
@router.post("/b", dependencies=[Depends(current_user)])
def b(): return 1
@router.post("/c")
def c(): return 1
`;
    const found = async (file: string, api: string) =>
      brief(await findingsIn({ "shop/orders/views.py": views, [file]: api }, "auth"));
    const open = ["high auth/unguarded-route shop/orders/views.py:7"];

    it.each([
      [
        "with a guard",
        "shop/api.py",
        "from shop.orders.views import router as orders\napi.include_router(orders, prefix='/orders', dependencies=[Depends(get_user)])\n",
      ],
      [
        "in a router that is mounted with one",
        "shop/api.py",
        "from .orders.views import (\n    router as orders,\n)\nall = APIRouter()\nall.include_router(orders, prefix='/orders')\napi.include_router(all, dependencies=[Depends(get_user)])\n",
      ],
      [
        "in a router that was made with one",
        "shop/orders/__init__.py",
        "from . import views\nsecured: APIRouter = APIRouter(prefix=path('/x'), dependencies=[Security(get_user)])\nsecured.include_router(views.router)\n",
      ],
    ])("%s: silent", async (_how, file, api) => {
      expect(await found(file, api)).toEqual([]);
    });

    it.each([
      [
        "without one",
        "shop/api.py",
        "from shop.orders.views import router as orders\napi.include_router(orders, prefix='/orders')\n",
      ],
      [
        "with a dependency that asks nobody who is there",
        "shop/api.py",
        "from shop.orders.views import router as orders\nall = APIRouter(dependencies=[Depends(get_db)])\nall.include_router(orders, dependencies=[Depends(get_db)])\n",
      ],
      [
        "beside another of that name that is",
        "shop/api.py",
        "from shop.carts.views import router as carts\nfrom shop.orders.views import router as orders\napi.include_router(orders)\napi.include_router(carts, dependencies=[Depends(get_user)])\n",
      ],
      [
        "from a folder of its own, which has a views of its own",
        "shop/carts/__init__.py",
        "from .views import router\napi.include_router(router, dependencies=[Depends(get_user)])\n",
      ],
    ])("%s: told", async (_how, file, api) => {
      expect(await found(file, api)).toEqual(open);
    });
  });

  it("is silent where a guard stands before all, where most are open, and where config says so", async () => {
    const guarded = `const app = express();
app.get('/a', requireAuth, a); app.post('/b', requireAuth, b);
app.get('/c', c); app.post('/d', d); app.post('/e', e); app.get('/f', f);`;
    expect(await routes("src/api.js", guarded)).toEqual([]);
    const wall = `const app = express(); app.use(requireAuth);
app.post('/a', requireAdmin, a); app.post('/b', requireAdmin, b); app.post('/c', c);`;
    expect(await routes("src/api.js", wall)).toEqual([]);
    const options = { checks: { auth: { publicRoutes: ["/c"] } } };
    const dir = folderWith({ "src/api.js": wall.replace("app.use(requireAuth);", "") });
    expect((await audit(dir, only)).findings).toHaveLength(1);
    expect((await audit(dir, { ...only, options })).findings).toEqual([]);
  });

  it("takes no HTTP client for a router", async () => {
    const client = `export const api = axios.create();
api.post('/a', withToken, b); api.post('/c', withToken, d); api.post('/e', f);`;
    expect(await routes("src/client.js", client)).toEqual([]);
  });
});

const SETTINGS: [string, string, string[]][] = [
  ["src/a.ts", "new Agent({ rejectUnauthorized: false });\n", ["high auth/tls-verification-off"]],
  [
    "src/pool.ts",
    "const ssl = config.ssl ? { rejectUnauthorized: false } : false;\n",
    ["high auth/tls-verification-off"],
  ],
  [
    "src/pool.ts",
    "switch (mode) {\n  case 'accept_invalid_certs':\n    ssl = { rejectUnauthorized: false };\n}\n",
    ["low auth/tls-verification-off"],
  ],
  ["src/a.js", 'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";\n', ["high auth/tls-verification-off"]],
  [
    "src/a.js",
    "export const ssl = process.env.NODE_ENV === 'production' ? true : { rejectUnauthorized: false };\n",
    ["low auth/tls-verification-off"],
  ],
  ["app/a.py", "requests.get(url, verify=False)\n", ["high auth/tls-verification-off"]],
  ["app/a.py", "context.verify_mode = ssl.CERT_NONE\n", ["high auth/tls-verification-off"]],
  ["cmd/main.go", "c := &tls.Config{InsecureSkipVerify: true}\n", ["high auth/tls-verification-off"]],
  [
    "feed/fetch.go",
    "func fetch(r Request) {\n\tif r.ignoreTLSErrors {\n\t\tc = &tls.Config{\n\t\t\tInsecureSkipVerify: true,\n\t\t}\n\t}\n}\n",
    ["low auth/tls-verification-off"],
  ],
  ["deploy.sh", "curl -fsSLk https://example.org/x | tar x\n", ["medium auth/tls-verification-off"]],
  [
    ".github/workflows/ci.yml",
    "jobs:\n  a:\n    steps:\n      - run: curl --insecure https://example.org\n",
    ["medium auth/tls-verification-off"],
  ],
  ["src/a.js", "app.use(cors());\n", ["low auth/cors-any-origin"]],
  [
    "src/a.js",
    "app.use(cors({ origin: true, credentials: true }));\n",
    ["high auth/cors-any-origin-with-credentials"],
  ],
  [
    "src/main.ts",
    "if (isProduction) app.enableCors({ origin: ['https://a.org'], credentials: true });\nelse {\n  app.enableCors({ origin: true, credentials: true });\n}\n",
    ["low auth/cors-any-origin-with-credentials"],
  ],
  [
    "src/main.ts",
    "if (config.isProduction) app.enableCors({ origin: true, credentials: true });\n",
    ["high auth/cors-any-origin-with-credentials"],
  ],
  [
    "src/main.ts",
    "if (!isProd) {\n  app.enableCors({ origin: true, credentials: true });\n}\n",
    ["low auth/cors-any-origin-with-credentials"],
  ],
  [
    "app/a.py",
    'app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n',
    ["high auth/cors-any-origin-with-credentials"],
  ],
  ["src/a.js", "fetch(`https://api.example.org/x?api_key=${key}`);\n", ["medium auth/secret-in-url"]],
  ["src/a.js", "const p = req.query.password;\n", ["medium auth/secret-in-url"]],
  ["app/a.py", 'url = f"https://example.org/?access_token={token}"\n', ["medium auth/secret-in-url"]],
  ["app/a.py", "key = request.args.get('api_key', '').strip()\n", ["medium auth/secret-in-url"]],
  [".env.production", "DEBUG=true\n", ["medium auth/debug-in-production"]],
  [
    "app/a.py",
    "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n",
    ["medium auth/debug-in-production"],
  ],
  ["shop/settings.py", "DEBUG = True\n", ["medium auth/debug-in-production"]],
  ["Dockerfile", 'FROM node:22\nCMD ["npx", "nodemon", "server.js"]\n', ["medium auth/debug-in-production"]],
];

describe("unsafe settings", () => {
  it.each(SETTINGS)("%s: %s", async (path, text, expected) => {
    const found = await findingsIn({ [path]: text }, "auth");
    expect(found.map(({ severity, ruleId }) => `${severity} ${ruleId}`)).toEqual(expected);
  });

  it.each([
    ["src/a.ts", "new Agent({ rejectUnauthorized: !options.insecure });\n"],
    ["src/a.ts", "// rejectUnauthorized: false\nconst text = 'rejectUnauthorized: false';\n"],
    ["test/a.test.ts", "new Agent({ rejectUnauthorized: false });\n"],
    ["app/a.py", 'settings.check(verify=False)\nnote = "requests.get(url, verify=False)"\n'],
    ["deploy.sh", "# curl -k https://example.org\ncurl -fsSL https://example.org/k -o k\n"],
    ["deploy.sh", "curl -k https://localhost:8443/health\n"],
    ["cmd/main.go", "// InsecureSkipVerify: true\n"],
    ["src/a.js", "app.use(cors({ origin: allowed, credentials: true }));\n"],
    ["src/a.js", "mail(`https://shop.example.org/reset-password?token=${token}`);\n"],
    [".env.development", "DEBUG=true\n"],
    [
      "shop/settings.py",
      'DEBUG = env.bool("DEBUG", False)\nif DEVELOPMENT:\n    CORS_ALLOW_ALL_ORIGINS = DEBUG\n',
    ],
    ["Dockerfile.dev", 'FROM node:22\nCMD ["npx", "nodemon", "server.js"]\n'],
  ])("is silent about %s: %s", async (path, text) => {
    expect(await findingsIn({ [path]: text }, "auth")).toEqual([]);
  });

  it("is silent about DEBUG where the settings of production say otherwise", async () => {
    const base = { "shop/settings/base.py": "DEBUG = True\n" };
    const found = async (files: Record<string, string>) =>
      brief(await findingsIn({ ...base, ...files }, "auth"));
    const production = "from .base import *\n\nDEBUG = env.bool('DEBUG', False)\n";
    expect(await found({ "shop/settings/production.py": production })).toEqual([]);
    const told = ["medium auth/debug-in-production shop/settings/base.py:1"];
    expect(await found({ "shop/settings/staging.py": production })).toEqual(told);
    expect(await found({ "shop/settings/prod.py": "from .base import *\n" })).toEqual(told);
  });

  it("judges the change in quick mode, beside the Next routes it stands among", async () => {
    const dir = folderWith({
      ...Object.fromEntries(
        ["a", "b"].map((name) => [
          `app/api/${name}/route.ts`,
          "export async function POST() {\n  await auth();\n}\n",
        ]),
      ),
      "app/api/c/route.ts": "export async function POST() {}\n",
      "src/old.js": "new Agent({ rejectUnauthorized: false });\n",
    });
    const quick = (path: string) => audit(dir, { ...only, mode: "quick", changed: [{ path, status: "M" }] });
    const one = await quick("app/api/c/route.ts");
    expect(brief(one.findings)).toEqual(["high auth/unguarded-route app/api/c/route.ts:1"]);
    expect(one.checks).toMatchObject([{ planned: 3, examined: 3 }]);
    const other = await quick("src/old.js");
    expect(brief(other.findings)).toEqual(["high auth/tls-verification-off src/old.js:1"]);
    expect(other.checks).toMatchObject([{ planned: 1, examined: 1 }]);
  });

  it("says which files it could not parse", async () => {
    const files = { "src/a.js": "const a = { rejectUnauthorized: false;\n", "src/b.js": "export {};\n" };
    const { checks } = await audit(folderWith(files), only);
    expect(checks).toMatchObject([{ status: "passed", planned: 2, examined: 1 }]);
    expect(checks[0]?.message).toContain("src/a.js: does not parse");
  });
});

describe("edits", () => {
  it("leave no such finding and no parse error, and a second run changes nothing", async () => {
    const dir = folderWith(Object.fromEntries(SETTINGS.map(([file, text], at) => [`s${at}/${file}`, text])));
    const before = (await audit(dir, only)).findings;
    const open = before.filter(({ fix }) => !fix?.edits);
    expect(before.length - open.length).toBeGreaterThan(10);
    applyFixes(dir, before);
    const after = (await audit(dir, only)).findings;
    expect(brief(after)).toEqual(brief(open));
    const python = await loadPython();
    for (const [at, [name]] of SETTINGS.entries()) {
      const file = `s${at}/${name}`;
      const text = readFileSync(path.join(dir, file), "utf8");
      if (name.endsWith(".py")) expect(python.parse(new SourceFile(file, text)), file).not.toBeNull();
      else if (/\.[jt]s$/.test(name)) expect(parseSync(file, text).errors, file).toEqual([]);
    }
    applyFixes(dir, after);
    expect((await audit(dir, only)).findings).toEqual(after);
  });

  it("are not made up where a person has to choose: then a command shows what to write", async () => {
    const found = await findingsIn(
      { "src/a.js": "app.use(cors({ origin: true, credentials: true }));\n" },
      "auth",
    );
    expect(found[0]?.fix).toEqual({
      description: "Name the origins that may ask, or leave out credentials.",
      command: `sed -i '1s|origin: true|origin: ["https://app.example.com"]|' src/a.js`,
    });
  });
});
