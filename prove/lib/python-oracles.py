# What cognitive_complexity and radon say of the files named on standard input, one JSON object a line.
import ast
import io
import json
import math
import sys
import tokenize

from cognitive_complexity.api import get_cognitive_complexity
from radon.metrics import mi_visit
from radon.raw import analyze
from radon.visitors import ComplexityVisitor

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Where the library departs from the paper it names: statements of `try` count one by one, and the first branch of
# a chain of elif is not nested.
OTHERWISE = (ast.Try, ast.Match) + FUNCTIONS + (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SKIPPED = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}


def comparable(function):
    for node in ast.walk(function):
        if node is not function and isinstance(node, OTHERWISE):
            return False
        if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            return False
        if isinstance(node, (ast.For, ast.While)) and node.orelse:
            return False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name:
            return False
        # Conditions inside conditions: the library does not look into them.
        if isinstance(node, ast.BoolOp) and any(isinstance(each, (ast.IfExp, ast.Lambda)) for each in ast.walk(node)):
            return False
    return True


def volume(text):
    import keyword

    seen, length = set(), 0
    soft = {"match", "case"}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in SKIPPED or token.string in (")", "]", "}", ",", ":", ";", "..."):
            continue
        word = keyword.iskeyword(token.string) and token.string not in ("True", "False", "None") or token.string in soft
        seen.add(("!" if token.type == tokenize.OP or word else "=") + token.string)
        length += 1
    return length * math.log2(len(seen)) if len(seen) > 1 else 0


for line in sys.stdin:
    path = line.strip()
    try:
        with open(path, encoding="utf8") as file:
            text = file.read()
        tree = ast.parse(text)
        raw = analyze(text)
        said = {
            "path": path,
            "functions": [
                [node.lineno, node.name, get_cognitive_complexity(node)]
                for node in ast.walk(tree)
                if isinstance(node, FUNCTIONS) and comparable(node)
            ],
            "complexity": ComplexityVisitor.from_ast(tree, no_assert=True).total_complexity,
            "sloc": raw.sloc,
            "volume": volume(text),
            "radon": mi_visit(text, True),
        }
    except (SyntaxError, UnicodeDecodeError, ValueError, tokenize.TokenError, RecursionError):
        continue
    print(json.dumps(said))
