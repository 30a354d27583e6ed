/** Files of tensors, read and written within hard limits. */
package io.github.jlamadsla.safetensors;
