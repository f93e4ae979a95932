# docker build -t pubcheck . && docker run --rm -v "$PWD:/src:ro" pubcheck ./...
FROM python:3.12-slim AS build
COPY . /pubcheck
RUN pip wheel --no-cache-dir --wheel-dir /wheels /pubcheck

FROM python:3.12-slim
# git tells what is new (--new-from); a checkout that is mounted belongs to somebody else, who is trusted here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --create-home --uid 10001 pubcheck
# hadolint ignore=DL3013
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels pubcheck
USER 10001
WORKDIR /src
ENTRYPOINT ["pubcheck"]
CMD ["./..."]
