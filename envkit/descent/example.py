"""Gradient descent by hand: one file, any Python from 2.7 on, nothing to install.

    python example.py                    a table for people; exit status 0 or 1
    python example.py --json             the same for programs, one line
    exec(open('example.py').read())      in a notebook (Colab: upload the file first)
    execfile('example.py')               the same in Python 2

To find the lowest place of J, step against its gradient, again and again:

    theta  <-  theta - alpha * gradient(theta)

For J = theta1^2 + theta2^2 the gradient is <2 theta1, 2 theta2>, so that each step multiplies
theta by 1 - 2 alpha. From (1, 3) with alpha = 0.1 step k must stand at (0.8^k, 3 * 0.8^k), and
step 68 is the first within 1e-6 of the lowest place, (0, 0). Every step is compared with that:
a machine that computes wrongly at any one of them is found out.
"""

import sys

EPSILON = 2.0 ** -52  # the gap between 1 and the next float
NUDGE = 1e-5  # how far central differences look to either side


# The hills, and their gradients by hand.


def square(theta):
    return theta[0] * theta[0]


def square_gradient(theta):
    return [2 * theta[0]]


def slope(theta):
    return 0.55 - (5 * theta[0] + 2 * theta[1] - 12 * theta[2])


def slope_gradient(theta):
    return [-5.0, -2.0, 12.0]


def bowl(theta):
    return theta[0] * theta[0] + theta[1] * theta[1]


def bowl_gradient(theta):
    return [2 * theta[0], 2 * theta[1]]


# The walk.


def descend(gradient, theta, alpha):
    """Every place from the start to the first that lies within 1e-6 of 0 (or 300 steps)."""
    path = [theta]
    while length(theta) >= 1e-6 and len(path) <= 300:
        theta = [t - alpha * g for t, g in zip(theta, gradient(theta))]
        path.append(theta)
    return path


def length(theta):
    return sum([t * t for t in theta]) ** 0.5


# What must be true of it. Each figure is a distance from the truth; 0 is perfect.


def farthest(ones, others):
    """The largest difference between two lists of numbers; infinite where one is no number."""
    gaps = [abs(one - other) for one, other in zip(ones, others)]
    return max([gap if gap == gap else float("inf") for gap in gaps])


def off_by_differences(hill, gradient, places):
    """How far the gradient is from the slopes that are felt a little to either side."""
    worst = 0.0
    for theta in places:
        felt = []
        for i in range(len(theta)):
            ahead, behind = list(theta), list(theta)
            ahead[i] += NUDGE
            behind[i] -= NUDGE
            felt.append((hill(ahead) - hill(behind)) / (2 * NUDGE))
        worst = max(worst, farthest(gradient(theta), felt))
    return worst


def off_closed_form(path, factor):
    """How far a step is from factor^k times the start, in parts of that, at worst."""
    worst = 0.0
    for k, theta in enumerate(path):
        ratios = [t / (factor ** k * start) for t, start in zip(theta, path[0])]
        worst = max(worst, farthest(ratios, [1.0] * len(ratios)))
    return worst


def examine():
    """The two walks, and the checks as (code, name, observed, bound)."""
    one = descend(square_gradient, [1.0], 0.4)
    two = descend(bowl_gradient, [1.0, 3.0], 0.1)
    # A step rounds a few times, by half of EPSILON each, and errors add up along the way. What
    # differences lose to rounding is about EPSILON * J / NUDGE, 2e-10 for the J of these hills.
    rounding, felt = 8 * EPSILON * len(two), 1e-8
    places = [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [-3.0, 0.5, 2.0]]
    off = off_by_differences
    checks = [
        ("E1", "J = x^2: gradient at (1, 1) is <2>", farthest(square_gradient([1.0]), [2]), 0.0),
        ("E2", "the same by central differences", off(square, square_gradient, one), felt),
        ("E3", "J linear: gradient is <-5, -2, 12>", off(slope, slope_gradient, places), felt),
        ("E4", "J = t^2, alpha 0.4: step k at 0.2^k", off_closed_form(one, 0.2), rounding),
        ("E5", "J = t1^2 + t2^2: (0.8^k, 3 * 0.8^k)", off_closed_form(two, 0.8), rounding),
        ("E6", "its gradient by central differences", off(bowl, bowl_gradient, two), felt),
        ("E7", "first within 1e-6 of (0, 0): step 68", abs(len(two) - 1 - 68), 0),
    ]
    return one, two, checks


# What is said about it.


def say_table(one, two, checks, failed):
    theta, alpha, k = (u"\u03b8", u"\u03b1", u"\u1d4f")
    try:
        (theta + alpha + k).encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeError, LookupError):
        theta, alpha, k = "t", "alpha", "^k"
    t1, t2 = theta + "1", theta + "2"
    print("Gradient descent with Python %s" % sys.version.split()[0])
    print("")
    print("J = %s^2 from 1, %s = 0.4:" % (theta, alpha))
    print("  " + "  ".join(["%.6g" % place[0] for place in one[:6]]) + "  ...")
    print("")
    print("J = %s^2 + %s^2 from (1, 3), %s = 0.1:" % (t1, t2, alpha))
    print("  step   %-14s%-14s%-14s%s" % (t1, t2, "J", "0.8" + k))
    last = len(two) - 1
    for step in sorted(set([0, 1, 2, 3, 4, 10, 50, last])):
        if step <= last:
            row = (step, two[step][0], two[step][1], bowl(two[step]), 0.8 ** step)
            print("  %4d   %-14.8g%-14.8g%-14.8g%.8g" % row)
    print("")
    for code, name, observed, bound in checks:
        verdict = "ok" if observed <= bound else "FAILED"
        print("  %s  %-37s  off by %-8.2g bound %-8.2g %s" % (code, name, observed, bound, verdict))
    print("")
    verdict = "This Python descends" if not failed else "THIS PYTHON DOES NOT DESCEND"
    print("%s. %d checks, %d failed." % (verdict, len(checks), failed))


def say_json(two, checks, failed):
    # Written by hand: importing json takes longer than all the rest of this file.
    rows = [
        '{"code": %s, "name": %s, "observed": %s, "bound": %s, "passed": %s}'
        % (quoted(code), quoted(name), number(observed), number(bound), truth(observed <= bound))
        for code, name, observed, bound in checks
    ]
    head = '{"version": 1, "executable": %s, "python": %s, "passed": %s, "nit": %d, "x": [%s], '
    x = ", ".join([number(t) for t in two[-1]])
    executable, version = quoted(sys.executable or ""), quoted(sys.version.split()[0])
    print(
        (head % (executable, version, truth(not failed), len(two) - 1, x))
        + ('"checks": [%s]}' % ", ".join(rows))
    )


def quoted(text):
    """A JSON string in ASCII; a character beyond 16 bits becomes two (RFC 8259, section 7)."""
    if isinstance(text, bytes):  # Python 2
        text = text.decode("utf-8", "replace")
    out = ""
    for character in text:
        code = ord(character)
        if code > 0xFFFF:
            out += "\\u%04x\\u%04x" % (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
        elif 32 <= code < 127 and character not in '"\\':
            out += str(character)
        else:
            out += "\\u%04x" % code
    return '"' + out + '"'


def number(value):
    """A JSON number; JSON has no infinity."""
    return repr(value) if value - value == 0 else "null"


def truth(value):
    return "true" if value else "false"


def main(arguments):
    """Walk, print, and return how many checks failed."""
    one, two, checks = examine()
    failed = len([code for code, name, observed, bound in checks if not observed <= bound])
    if "--json" in arguments:
        say_json(two, checks, failed)
    else:
        say_table(one, two, checks, failed)
    return failed


# Run or exec'd, under whatever name, it walks; `import example` only defines. At a prompt or in
# a notebook (there sys.ps1 is set) the verdict is printed, and nobody is thrown out.
if not __name__.endswith("example") and main(sys.argv[1:]) and not hasattr(sys, "ps1"):
    sys.exit(1)
