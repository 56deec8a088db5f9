/**
 * Notebooks as people write them, for comparing outputs; each is a list of code cells, run from the first to the last.
 * @module
 */

const NOTEBOOKS = {
  plots: [
    'import matplotlib.pyplot as plt\nplt.rcParams["svg.hashsalt"] = "same"\nplt.plot([1, 2, 3])',
    'fig, axes = plt.subplots(1, 2, figsize=(4, 2))\naxes[0].bar(["a", "b"], [3, 4])\naxes[1].scatter([1, 2], [2, 1])\nplt.show()\nprint("shown")',
    'for n in range(3):\n    plt.figure(figsize=(1, 1))\n    plt.plot(range(n + 2))\n    print(n, flush=True)',
    'fig',
    '%config InlineBackend.figure_formats = ["svg", "png"]\nplt.figure(figsize=(1, 1)); plt.plot([1, 0]);',
    'from IPython.display import clear_output\nfor n in range(4):\n    clear_output(wait=True)\n    plt.figure(figsize=(1, 1))\n    plt.plot(range(n + 2))\n    plt.show()\n    print("frame", n, flush=True)'
  ],
  progress: [
    'import time, sys\nfrom tqdm import tqdm\nfor i in tqdm(range(30), mininterval=0, ncols=70):\n    time.sleep(.01)',
    'with tqdm(total=3, mininterval=0, ncols=70, desc="outer") as bar:\n    for i in range(3):\n        for j in tqdm(range(2), mininterval=0, ncols=70, leave=False, desc="inner"):\n            time.sleep(.01)\n        bar.update()',
    'for i in range(20):\n    print(f"\\r{i * 5:3d} %", end="", flush=True)\n    time.sleep(.01)\nprint("\\rdone.  ")',
    'for c in "|/-\\\\" * 4:\n    print(c, end="\\b", flush=True)\n    time.sleep(.01)\nprint("!")',
    'print("12345\\b\\b67\\nabc\\rx\\r\\ny\\b\\b\\bz", flush=True)',
    'sys.stdout.write("Epoch 1/2\\n"); sys.stdout.flush()\nfor i in range(10):\n    sys.stdout.write("\\b" * 12 + f"{i + 1:2d}/10 " + "=" * i); sys.stdout.flush()\nprint()',
    'from tqdm.notebook import tqdm as bars\nfor i in bars(range(5)):\n    pass',
    'for part in ["50%\\r", "\\r\\r", "75", "%", "\\n", "\\rnext\\r", "N"]:\n    print(part, end="", flush=True); time.sleep(.06)'
  ],
  tables: [
    'import numpy as np, pandas as pd\nframe = pd.DataFrame({"name": ["Ada", "Grace", "Łukasz"], "n": [1, 2, 3], "x": [1.0, float("nan"), 1e-9]})\nframe',
    'frame.describe()',
    'print(frame.to_string())\nframe["n"]',
    'display(frame.head(1), frame.tail(1))\nframe.groupby("name").sum()',
    'pd.DataFrame(np.arange(2000).reshape(100, 20))',
    'frame.style.set_uuid("same").background_gradient()',
    'np.arange(12).reshape(3, 4), {"a": [1, 2, (3, None)]}, "text\\nwith lines"'
  ],
  errors: [
    '1/0',
    'def outer(n):\n    return inner(n) + 1\ndef inner(n):\n    return {}["missing"] if n == 0 else outer(n - 1)\nouter(3)',
    'print("before", flush=True)\nx = 3\nraise ValueError("zu groß: é 😀 <b>&amp;</b>")',
    'for i in range(3)\n    print(i)',
    'try:\n    int("x")\nexcept ValueError as error:\n    raise RuntimeError("second") from error',
    'import warnings, sys\nwarnings.warn("careful")\nprint("to stderr", file=sys.stderr)',
    'class Odd(Exception):\n    def _render_traceback_(self):\n        return ["short", "and own"]\nraise Odd()',
    'assert x == 4, "not four"',
    'raise KeyboardInterrupt',
    'raise ExceptionGroup("several", [ValueError(1), TypeError(2)]) if sys.version_info >= (3, 11) else ValueError(1)',
    'def f(): return f()\nsys.setrecursionlimit(150)\nf()',
    'sys.exit(3)',
    'undefined_name'
  ],
  prints: [
    'import sys, os, time\nprint("one")\nprint("two", "drei", sep=", ", end="")\nprint()',
    'for i in range(5):\n    print("out", i, flush=True)\n    print("err", i, file=sys.stderr, flush=True)',
    'for i in range(2000):\n    print(i)',
    'print("\\x1b[31mred\\x1b[0m and \\x1b[1mbold\\x1b[0m", "ünï", "日本語", "😀👩‍👩‍👧", "a\\tb")',
    'print("<script>alert(1)</script>&amp;", "</pre>", "\\\\", "\\"")',
    '!echo from the shell; echo more >&2',
    '%%bash\nfor i in 1 2 3; do echo "line $i"; done',
    '%%capture kept\nprint("hidden")\n1',
    'kept.show()\nprint(kept.stdout, end="")',
    'print("x" * 100_000)',
    'for i in range(3):\n    print(".", end="", flush=True)\n    time.sleep(.12)\nprint("\\n\\n  end", end="")\n7',
    'x = 1;\n',
    '',
    '# nothing but words',
    'import logging\nlogging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(message)s", force=True)\nlogging.info("hello %s", "log")',
    'from IPython.display import display\nprint("a", flush=True); display(1); print("b", flush=True); display(2); print("c", flush=True)\n_ = [display(i) for i in range(3)]',
    'print?',
    'get_ipython().set_next_input("never seen")\n4'
  ],
  displays: [
    'from IPython.display import display, clear_output, HTML, DisplayHandle\nfirst = display("first", display_id="d1")\nfirst.update("second")',
    'display("other", display_id="d2"); display("d1 again", display_id="d1")\nprint("under it")',
    'first.update(HTML("<b>third</b>")); display("new d2", display_id="d2", update=True)',
    'import time\nhandle = display("0 %", display_id=True)\nfor i in range(1, 11):\n    handle.update(f"{i * 10} %"); time.sleep(.02)',
    'print("gone", flush=True)\ndisplay("gone too", display_id="d3")\nclear_output()\nprint("stays", flush=True)',
    'display("cleared already", display_id="d3", update=True); display("nobody has it", display_id="d4", update=True)',
    'print("old", flush=True); clear_output(wait=True); print("new", flush=True)',
    'print("left alone", flush=True); clear_output(wait=True)',
    'print("old", flush=True); clear_output(wait=True); display("d5", display_id="d5"); clear_output(wait=True); time.sleep(.1)\ndisplay("after", display_id="d6")',
    'display("to d5", display_id="d5", update=True); display("to d6", display_id="d6", update=True)',
    'for i in range(30):\n    clear_output(wait=True); print("frame", i, flush=True); display(i)',
    'clear_output(); clear_output(wait=True); clear_output()',
    'class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return {"text/plain": "both", "text/html": "<i>both</i>"}, {"text/html": {"isolated": True}}\nboth = Both()\ndisplay(both, display_id="d7")',
    'display({"text/plain": "raw"}, raw=True, metadata={"text/plain": {"k": [1, None]}}, display_id="d7", update=True)',
    'print("1", flush=True); clear_output(wait=True); 1/0'
  ],
  rich: [
    'from IPython.display import *\nfrom IPython.display import display\nLatex(r"\\begin{align}a &= b\\end{align}")',
    'Math(r"\\frac{1}{2}")',
    'JSON({"a": [1, 2.5, None, True, {"b": "c"}], "constructor": {"x": 1}}, expanded=True)',
    "SVG(\"<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><circle r='3'/></svg>\")",
    'Markdown("# Title\\n\\n- *a*\\n- `b`")',
    'HTML("<table><tr><td>1</td></tr></table>\\n<script>1</script>")',
    'import base64\npng = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")\nImage(data=png, width=20, height=10)',
    'Javascript("console.log(1)")',
    'display({"application/vnd.example.v1+json": {"rows": [[1, 2], []], "name": "x"}, "text/plain": "fallback", "text/x-lines": "a\\nb\\nc"}, raw=True)',
    'Audio(b"\\x00" * 100, rate=8000)',
    'class Rich:\n    def _repr_html_(self): return "<b>html</b>"\n    def _repr_png_(self): return png\n    def _repr_json_(self): return {"k": 1}\n    def __repr__(self): return "rich"\nRich()',
    'Code("x = 1", language="python")',
    'Pretty("pretty")',
    'display(Rich(), Rich(), include=["text/html"])'
  ],
  widgets: [
    'import json, ipywidgets as widgets\ntell = lambda outputs: print(json.dumps(outputs, sort_keys=True))\nfrom IPython.display import display, clear_output\nslider = widgets.IntSlider(value=3, description="n")\nslider',
    'out = widgets.Output()\ndisplay(out)\nprint("beside", flush=True)',
    'with out:\n    print("captured", flush=True)\n    display({"text/plain": "shown", "text/html": "<b>shown</b>"}, raw=True)\nprint("not captured", flush=True)',
    'tell(out.outputs)',
    'with out:\n    for i in range(3):\n        print(i, end=" ", flush=True)\n    clear_output(wait=True)\n    print("after clear", flush=True)',
    'tell(out.outputs)',
    '@out.capture(clear_output=True)\ndef noisy(n):\n    print("noisy", n, flush=True)\n    if n > 1:\n        raise ValueError(n)\nnoisy(1)',
    'tell(out.outputs)\nnoisy(2)',
    'print([each["output_type"] for each in out.outputs])',
    'inner = widgets.Output()\nwith out:\n    clear_output()\n    print("outer", flush=True)\n    with inner:\n        print("inner", flush=True)\n    print("outer again", flush=True)\nprint("outside", flush=True)',
    'tell(out.outputs)\ntell(inner.outputs)',
    'widgets.VBox([widgets.Button(description="b"), widgets.HTML("<b>x</b>"), widgets.FloatProgress(value=.5, max=1)])',
    'widgets.interact(lambda n: n * 2, n=(0, 10));'
  ]
} as const satisfies Record<string, readonly string[]>;

/** The notebooks by name. */
export const BOOKS: Readonly<Record<string, readonly string[]>> = NOTEBOOKS;
