ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./

# Compiles with all packages; nothing of this stage is shipped but dist/.
FROM packages AS build
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs ./scripts/
COPY src ./src
RUN npm run build

FROM packages AS production
# A package that runs here knows the compiler as one that it can do without, and npm would bring it along.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional

FROM ${NODE_IMAGE}
# As src/cli/cluster/node-process.ts says.
ENV NODE_ENV=production BALSA_DATA_DIR=/data MALLOC_ARENA_MAX=2
WORKDIR /app
# A named volume takes over the owner and the mode of the folder that it covers.
RUN mkdir -m 700 /data && chown 1000:1000 /data
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
# So that the commands that messages and docs name work within a container as they stand.
RUN printf '#!/bin/sh\nexec node /app/dist/main/cli.js "$@"\n' >/usr/local/bin/balsa && chmod 755 /usr/local/bin/balsa
# The image's own user "node", as a number so that an orchestrator can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 7000 8000
# Each check is a process of its own: often while the node starts, seldom once it runs.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=500ms --retries=3 \
  CMD ["node", "dist/main/health.js"]
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=100", "dist/main/server.js"]
