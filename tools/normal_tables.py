#!/usr/bin/env python3
"""Writes src/kernels/normal_tables.h: the polynomials behind the normal distribution. Run from the project's root; standard library only.

Octaves: the normal quantile of p = m / 2^33, m a float in [1, 2^32], one polynomial of degree 8 per octave of m in y = mantissa - 1.5,
interpolated at Chebyshev nodes and rounded to float.
Mills: (t + c) exp(t^2/2) Phi(-t) for t >= 0 as one polynomial of degree 24 in q = (t - k) / (t + k), interpolated at Chebyshev nodes in
70 digits, from the series of Phi near zero and its continued fraction beyond 7.
"""
import math
from decimal import Decimal as D, getcontext
from statistics import NormalDist

OCTAVE_DEGREE = 8
MILLS_DEGREE, MILLS_K, MILLS_C = 24, D(5), D("1.4")
getcontext().prec = 70
ROOT_TWO_PI = (2 * D("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")).sqrt()


def solve(a, b):
    """Small dense linear system, partial pivoting."""
    n = len(b)
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[p], b[i], b[p] = a[p], a[i], b[p], b[i]
        for r in range(i + 1, n):
            f = a[r][i] / a[i][i]
            for c in range(i, n):
                a[r][c] -= f * a[i][c]
            b[r] -= f * b[i]
    for i in reversed(range(n)):
        b[i] = (b[i] - sum(a[i][c] * b[c] for c in range(i + 1, n))) / a[i][i]
    return b


def octaves():
    inverse = NormalDist().inv_cdf
    rows = [None] * 32
    n = OCTAVE_DEGREE + 1
    for exponent in range(127, 159):  # of m, with the float's bias
        xs = [0.5 * math.cos(math.pi * (2 * k + 1) / (2 * n)) for k in range(n)]
        ys = [inverse(min(0.5, (1.5 + x) * 2.0 ** (exponent - 127) / 2.0**33)) for x in xs]
        rows[exponent & 31] = solve([[x**j for j in range(n)] for x in xs], ys)
    return rows


def mills(t):
    """exp(t^2/2) Phi(-t)."""
    if t > 7:
        x = D(0)
        for k in range(400, 0, -1):
            x = D(k) / (t + x)
        return 1 / (t + x) / ROOT_TWO_PI
    term = total = t
    k = 1
    while abs(term) > D(10) ** -66:
        term = term * t * t / (2 * k + 1)
        total += term
        k += 1
    return (t * t / 2).exp() / 2 - total / ROOT_TWO_PI


def mills_polynomial():
    n = MILLS_DEGREE + 1
    xs = [D(math.cos(math.pi * (2 * i + 1) / (2 * n))) for i in range(n)]
    newton = []
    for q in xs:
        t = MILLS_K * (1 + q) / (1 - q)
        newton.append((t + MILLS_C) * mills(t))
    for j in range(1, n):
        for i in range(n - 1, j - 1, -1):
            newton[i] = (newton[i] - newton[i - 1]) / (xs[i] - xs[i - j])
    p = [D(0)] * n
    for i in range(n - 1, -1, -1):  # p := p * (q - xs[i]) + newton[i]
        p = [(p[j - 1] if j else newton[i]) - p[j] * xs[i] for j in range(n)]
    return p


def as_float(x):
    text = f"{x:.9g}"
    return text + ("f" if "." in text or "e" in text else ".f")


def main():
    rows = octaves()
    lines = [
        "// Written by tools/normal_tables.py, where the method stands: polynomials of the normal distribution. Do not edit.",
        "// clang-format off",
        "#pragma once",
        "",
        "namespace warchest::kernels {",
        "",
        "// kNormalOctaves[j][octave & 31]: coefficient of y^j in the octave of m.",
        f"inline constexpr int kNormalDegree = {OCTAVE_DEGREE};",
        f"alignas(64) inline constexpr float kNormalOctaves[{OCTAVE_DEGREE + 1}][32] = {{",
    ]
    for j in range(OCTAVE_DEGREE + 1):
        eights = [", ".join(as_float(rows[o][j]) for o in range(i, i + 8)) for i in range(0, 32, 8)]
        lines.append("    {" + ",\n     ".join(eights) + "},")
    lines += [
        "};",
        "",
        "// kMills[j]: coefficient of q^j in (t + kMillsC) exp(t^2/2) Phi(-t), q = (t - kMillsK) / (t + kMillsK).",
        f"inline constexpr double kMillsK = {MILLS_K}, kMillsC = {MILLS_C};",
        f"inline constexpr double kMills[{MILLS_DEGREE + 1}] = {{",
    ]
    lines += [f"    {float(c)!r}," for c in mills_polynomial()]
    lines += ["};", "", "}  // namespace warchest::kernels", ""]
    with open("src/kernels/normal_tables.h", "w") as f:
        f.write("\n".join(lines))


if __name__ == "__main__":
    main()
