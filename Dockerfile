# A small image that runs `concerto serve`. Nothing in the repository depends on it.
#
#   docker build -t concerto .
#   docker run -p 8080:8080 -v concerto-data:/var/lib/concerto concerto
#
# The volume holds the database, the register's key and its guard file: SECURITY.md says
# why the last two must never be touched. No secret enters the image.

FROM node:20-bookworm-slim AS pages
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY assets assets
COPY internal/web internal/web
RUN node assets/build.mjs

FROM golang:1.26-bookworm AS program
ARG VERSION=unversioned
ARG COMMIT=unknown
ARG DATE=unknown
WORKDIR /src
ENV CGO_ENABLED=0
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=pages /src/assets/dist assets/dist
RUN go build -trimpath -buildvcs=false -o /concerto \
    -ldflags "-X concerto/internal/cli.version=$VERSION -X concerto/internal/cli.commit=$COMMIT -X concerto/internal/cli.date=$DATE" \
    ./cmd/concerto

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/concerto --create-home concerto
COPY --from=program /concerto /usr/local/bin/concerto
USER concerto
WORKDIR /var/lib/concerto
VOLUME /var/lib/concerto
EXPOSE 8080
ENTRYPOINT ["concerto"]
CMD ["serve"]
