# syntax=docker/dockerfile:1

# The base image brings the Node.js of the pinned line. What is built is bundled: the image needs no node_modules. Time zones
# and locales come with the ICU inside Node.js.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src
RUN node scripts/build.mjs

FROM node:26-bookworm-slim
LABEL org.opencontainers.image.title="doris-autoscaler" \
      org.opencontainers.image.description="Grows and shrinks an Apache Doris cluster by itself, inside its idle business windows." \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
# The ssh client serves exec provisioners; the folder of the store belongs to the user that the daemon runs as, so
# that a fresh volume does, too. Nothing else is written: the root file system may be read-only.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends openssh-client \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node -m 0750 /var/lib/doris-autoscaler \
 && install -d -m 0755 /etc/doris-autoscaler \
 && ln -s /app/bin/doris-autoscaler.js /usr/local/bin/doris-autoscaler
WORKDIR /app
COPY --from=build /app/dist dist
COPY package.json LICENSE README.md ./
COPY bin bin
COPY config config
USER 1000:1000
WORKDIR /var/lib/doris-autoscaler
VOLUME /var/lib/doris-autoscaler
EXPOSE 8088
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.DORIS_AUTOSCALER_HEALTH_URL ?? 'http://127.0.0.1:8088/healthz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["doris-autoscaler"]
CMD ["run", "--config", "/etc/doris-autoscaler/config.yaml"]
