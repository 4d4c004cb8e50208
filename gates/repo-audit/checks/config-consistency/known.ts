/** What everybody knows: ports of common images and frameworks, variables that need no declaration. */

/** Image name without registry and tag → ports it listens on by default. */
const IMAGE_PORTS: [RegExp, number[]][] = [
  [/(^|\/)(postgres|postgis|timescaledb|pgvector|postgresql|supabase-postgres)(-|$)/, [5432]],
  [/(^|\/)(mysql|mariadb|percona)(-|$)/, [3306, 33060]],
  [/(^|\/)(redis|valkey|keydb|dragonfly|redis-stack-server)(-|$)/, [6379]],
  [/(^|\/)redis-stack$/, [6379, 8001]],
  [/(^|\/)(mongo|mongodb)(-|$)/, [27017]],
  [/(^|\/)memcached$/, [11211]],
  [/(^|\/)rabbitmq$/, [5672, 5671, 15672, 15671, 15692, 25672, 4369]],
  [/(^|\/)(elasticsearch|opensearch)$/, [9200, 9300, 9600]],
  [/(^|\/)nats$/, [4222, 6222, 8222]],
  [/(^|\/)(nginx|httpd|apache|caddy)(-|$)/, [80, 443, 8080, 8443, 2019]],
];

function imageName(image: string): string {
  const path = image.replace(/@sha256:.*$/, "").replace(/:[\w.-]*$/, "");
  return path.replace(/^(docker\.io\/)?(library\/)?/, "").toLowerCase();
}

/** Default ports of a public image; null when it is not one we know. */
export function imagePorts(image: string): number[] | null {
  const name = imageName(image);
  return IMAGE_PORTS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Package in a manifest → ports its development server or default configuration uses. */
const FRAMEWORK_PORTS: [RegExp, number[]][] = [
  [
    /^(next|react-scripts|nuxt|nuxt3|@remix-run\/|@react-router\/|react-router|@nestjs\/core|blitz|@redwoodjs|vinxi|@solidjs|@tanstack\/|keystone|@keystone|rails|puma|kafka-ui|express-generator)/,
    [3000, 3001],
  ],
  [/^(vite|@vitejs\/|@sveltejs\/|svelte|vitest|laravel-vite)/, [5173, 4173, 5174, 24678, 51204]],
  [
    /^(webpack-dev-server|@vue\/cli|vue-cli|@angular\/|parcel|http-server|gridsome|live-server|@web\/dev-server|rollup)/,
    [8080, 8081, 4200, 1234, 8000, 3000],
  ],
  [/^(gatsby)/, [8000, 9000]],
  [/^(astro|@astrojs)/, [4321, 3000]],
  [/^(storybook|@storybook\/)/, [6006, 9009]],
  [/^(expo|react-native|metro)/, [8081, 19000, 19001, 19002, 19006]],
  [/^(electron)/, [3000, 5173]],
  [
    /^(@docusaurus|vitepress|vuepress|docsify|mkdocs|sphinx|jekyll|hugo|mdbook|nextra|fumadocs|mintlify)/,
    [3000, 5173, 8080, 8000, 4000, 1313],
  ],
  [/^(serve|sirv)/, [3000, 5000, 8080]],
  [/^(wrangler|@cloudflare\/|miniflare)/, [8787, 8788]],
  [/^(firebase|firebase-tools|firebase-admin)/, [4000, 5000, 5001, 8080, 8085, 9000, 9099, 9199]],
  [/^(supabase|@supabase\/)/, [54321, 54322, 54323, 54324]],
  [/^(prisma|@prisma)/, [5555]],
  [/^(drizzle-kit)/, [4983]],
  [/^(inngest)/, [8288]],
  [/^(netlify-cli|@netlify)/, [8888]],
  [/^(@playwright|playwright)/, [9323, 8907]],
  [
    /^(django|djangorestframework|uvicorn|fastapi|gunicorn|starlette|hypercorn|granian|litestar|sanic|laravel\/framework|symfony\/)/,
    [8000],
  ],
  [/^(flask|quart|werkzeug)/, [5000]],
  [/^(streamlit)/, [8501]],
  [/^(gradio)/, [7860]],
  [/^(jupyter|jupyterlab|notebook)/, [8888]],
  [/^(aiohttp|tornado|spring-boot|org\.springframework)/, [8080, 8888]],
  [/^(celery|flower)/, [5555]],
  [/^(ollama|langchain|openai|litellm|llama)/, [11434, 1234, 4000, 8000]],
  [/^(wagmi|viem|ethers|hardhat|web3|foundry)/, [8545, 8546]],
];

/** True when one of the packages uses the port without being told to. */
export function frameworkProvides(packages: Set<string>, port: number): boolean {
  for (const name of packages) {
    for (const [pattern, ports] of FRAMEWORK_PORTS)
      if (ports.includes(port) && pattern.test(name)) return true;
  }
  return false;
}

/** Ports of tools that run beside a project: a document may name them without the project providing them. */
const TOOL_PORTS = new Set([
  22, 25, 53, 80, 443, 1025, 1080, 1433, 1521, 1883, 2181, 2375, 2376, 2379, 3306, 3478, 4222, 4317, 4318,
  4566, 5005, 5432, 5601, 5672, 5678, 6333, 6379, 6443, 7474, 7687, 8025, 8086, 8123, 8200, 8265, 8500, 8529,
  8545, 8983, 9000, 9001, 9042, 9090, 9092, 9093, 9094, 9100, 9200, 9229, 9230, 9300, 9411, 10000, 10001,
  10002, 11211, 11434, 14250, 14268, 15672, 16686, 19530, 26257, 27017, 33060, 50051, 61616,
]);
export const isToolPort = (port: number): boolean => TOOL_PORTS.has(port);

/** Debuggers, live reload and metrics: published beside the port that matters. */
const DEBUG_PORTS = new Set([
  9229, 9230, 9222, 5005, 5678, 2345, 40000, 35729, 24678, 9323, 8001, 9003, 1044, 1045,
]);
export const isDebugPort = (port: number): boolean => DEBUG_PORTS.has(port);

const KNOWN_VARIABLES =
  /^(NODE_ENV|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_DEBUG|NODE_TLS_REJECT_UNAUTHORIZED|CI|PATH|HOME|PWD|OLDPWD|USER|USERNAME|LOGNAME|SHELL|TERM|TERM_PROGRAM|COLORTERM|COLUMNS|LINES|TZ|LANG|LANGUAGE|TMP|TMPDIR|TEMP|HOSTNAME|HOST|PORT|DEBUG|VERBOSE|LOG_LEVEL|EDITOR|VISUAL|PAGER|BROWSER|DISPLAY|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|SYSTEMROOT|WINDIR|COMSPEC|USERPROFILE|HOMEDRIVE|HOMEPATH|NO_COLOR|FORCE_COLOR|CLICOLOR|ANALYZE|VIRTUAL_ENV|DJANGO_SETTINGS_MODULE|GOOGLE_APPLICATION_CREDENTIALS|KUBECONFIG|DYNO|SSH_AUTH_SOCK|SUDO_USER|INIT_CWD|MODE|DEV|PROD|SSR|BASE_URL|GITHUB_TOKEN|PYTEST_CURRENT_TEST|WERKZEUG_RUN_MAIN|DATABASE_URL_TEST|K_SERVICE|K_REVISION|K_CONFIGURATION|FUNCTION_TARGET|FUNCTION_NAME|GCLOUD_PROJECT|GOOGLE_CLOUD_PROJECT|GCP_PROJECT|WEBSITE_SITE_NAME|WEBSITE_HOSTNAME|BUILD_ID|BUILD_NUMBER|COMMIT_SHA|COMMIT_REF|SOURCE_VERSION|GIT_SHA|GIT_COMMIT|JOB_NAME|RUNNER_OS|RUNNER_TEMP|TARGET|PYTHONPATH|PYTHONUNBUFFERED|PYTHONHASHSEED|LD_LIBRARY_PATH|WAYLAND_DISPLAY|PREFIX|PROFILE)$/;
const KNOWN_PREFIXES =
  /^(npm_|NPM_CONFIG_|LC_|XDG_|VERCEL|NEXT_PUBLIC_VERCEL_|NEXT_RUNTIME|NEXT_PHASE|NEXT_DEPLOYMENT|NETLIFY|RENDER_?|RAILWAY_|HEROKU_|FLY_|AWS_|LAMBDA_|GITHUB_|GITLAB_|CI_|CIRCLE|TRAVIS|BUILDKITE|JENKINS_|BITBUCKET_|AZURE_|SYSTEM_|TF_BUILD|TEAMCITY|CF_PAGES|CLOUDFLARE_|WORKERS_CI|KUBERNETES_|JEST_|VITEST|PLAYWRIGHT_|CYPRESS_|PW_|HTTPS?_PROXY|ALL_PROXY|FTP_PROXY|http_proxy|https_proxy|no_proxy|NO_PROXY|OTEL_|TURBO_|NX_|STORYBOOK_|EXPO_|EAS_|TAURI_|ELECTRON_|WEBPACK_|VITE_USER_NODE_ENV|VITE_DEV_|ROLLUP_|ESLINT_|BABEL_|SENTRY_|DD_|NUXT_|NITRO_|DOCKER_|COMPOSE_|BUILDX_|GOPATH|GOROOT|CARGO_|RUST_|JAVA_|MAVEN_|GRADLE_|ANDROID_|CONDA_|PIP_|POETRY_|UV_|PYTHON|FLASK_|UVICORN_|GUNICORN_|CELERY_|RUNNER_|ACTIONS_|INPUT_|STATE_|CODESPACE|GITPOD_|REPL_|DENO_|BUN_|WT_|WSL|TMUX|VSCODE|COREPACK_|YARN_|PNPM_|BERRY_|HUSKY|LEFTHOOK|PRISMA_|PUPPETEER_|CHROME_|SSH_|GPG_|RAILS_|RACK_|BUNDLE_|GEM_)/;

/** Set by the system, the platform, the build tool or by convention: read everywhere, declared nowhere. */
export function isKnownVariable(name: string): boolean {
  return KNOWN_VARIABLES.test(name) || KNOWN_PREFIXES.test(name);
}

/** Declared for a library, an image or a tool that reads it itself. */
const READ_BY_OTHERS =
  /^(POSTGRES_|PG|MYSQL_|MARIADB_|MONGO_|REDIS_|RABBITMQ_|MINIO_|KAFKA_|ZOOKEEPER_|ELASTIC_|OPENSEARCH_|KEYCLOAK_|KC_|GF_|TRAEFIK_|CADDY_|NGINX_|LETSENCRYPT_|VIRTUAL_|NEXT_TELEMETRY|NEXTAUTH_|AUTH_|BETTER_AUTH_|CLERK_|NEXT_PUBLIC_CLERK_|KINDE_|AUTH0_|WORKOS_|OPENAI_|ANTHROPIC_|GOOGLE_|GEMINI_|HF_|HUGGING|LANGCHAIN_|LANGSMITH_|LANGFUSE_|COHERE_|MISTRAL_|GROQ_|OLLAMA_|PINECONE_|TAVILY_|SERPER?_|SERPAPI_|CLOUDINARY_|UPLOADTHING_|UPSTASH_|KV_|BLOB_|FIREBASE_|PAYLOAD_|STRAPI_|DIRECTUS_|NEW_RELIC_|HASURA_|PGADMIN_|TRIGGER_|INNGEST_|PUID$|PGID$|UID$|GID$|UMASK$|SPRING_|SERVER_|MANAGEMENT_|OCI_|ASPNETCORE_|DOTNET_|JVM_|WEB_CONCURRENCY|ACME_|CERT_|SSL_)/;

export function isReadByOthers(name: string): boolean {
  return isKnownVariable(name) || READ_BY_OTHERS.test(name);
}

/** Host names that stand for "put yours here". */
const PLACEHOLDER_HOSTS =
  /^(host|hostname|server|servername|domain|address|ip|example|sample|test|user|username|your.*|my.*|db-?host|dbhost|database-?host|some.*|foo|bar|baz|xxx+|placeholder|changeme|url|endpoint|localhost|remotehost|null|none|undefined|broker|account|cluster|project|instance|region|bucket|tenant|company|site|website|password|pass)$/i;
export const isPlaceholderHost = (host: string): boolean => PLACEHOLDER_HOSTS.test(host);
