/** What a level costs in quality: text and hidden facts scored, answers compared, at several levels at once. */
package io.github.jlamadsla.quality;
