"""What is asked of GitHub in GraphQL: the state of threads, which its other API doesn't have, and what changes it.

A comment counts as the bot's own only if the token's owner wrote it: anybody may copy a hidden line into another one.
"""

from __future__ import annotations

_PULL = "repository(owner: $owner, name: $name) { pullRequest(number: $number)"
_WHICH = "$owner: String!, $name: String!, $number: Int!, $after: String"

THREADS = f"""query Threads({_WHICH}) {{ {_PULL} {{
  page: reviewThreads(first: 50, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id isResolved line
      comments(first: 1) {{ nodes {{ id body url isMinimized viewerDidAuthor }} }}
    }}
  }}
}} }} }}"""

COMMENTS = f"""query Comments({_WHICH}) {{ {_PULL} {{
  page: comments(first: 100, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ id body viewerDidAuthor }}
  }}
}} }} }}"""

RESOLVE = """mutation Resolve($id: ID!) {
  resolveReviewThread(input: {threadId: $id}) { thread { id } }
}"""

UNRESOLVE = """mutation Unresolve($id: ID!) {
  unresolveReviewThread(input: {threadId: $id}) { thread { id } }
}"""

MINIMIZE = """mutation Minimize($id: ID!) {
  minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized } }
}"""

UNMINIMIZE = """mutation Unminimize($id: ID!) {
  unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } }
}"""

REWRITE = """mutation Rewrite($id: ID!, $body: String!) {
  updatePullRequestReviewComment(input: {pullRequestReviewCommentId: $id, body: $body}) {
    pullRequestReviewComment { id }
  }
}"""

SUM_UP = """mutation SumUp($id: ID!, $body: String!) {
  updateIssueComment(input: {id: $id, body: $body}) { issueComment { id } }
}"""

ALL = (THREADS, COMMENTS, RESOLVE, UNRESOLVE, MINIMIZE, UNMINIMIZE, REWRITE, SUM_UP)
"""All of them, to be held against GitHub's own schema."""
