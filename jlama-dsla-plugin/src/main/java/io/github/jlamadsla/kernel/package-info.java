/**
 * Arithmetic on arrays and segments. Each kernel is one contract with two forms: a plain scalar one that is never
 * optimised, and one on the Vector API; {@link io.github.jlamadsla.kernel.KernelChooser} picks.
 *
 * <p><b>One row, the same bits.</b> What a kernel writes for a row depends on nothing but that row's inputs: not on the
 * other rows of the call, on chunk borders, on the thread, or on whether the code was interpreted or compiled. So sums
 * run in one fixed order, and the forms use no {@code lanewise(EXP)} (its interpreted and compiled results differ in
 * the last bit) and no {@code reduceLanes(ADD)} (its order is not specified).
 */
package io.github.jlamadsla.kernel;
