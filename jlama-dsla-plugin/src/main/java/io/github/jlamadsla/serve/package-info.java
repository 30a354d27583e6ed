/** Load to level: pure decisions. */
package io.github.jlamadsla.serve;
