package io.github.jlamadsla.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class of the real-model tier: skipped where {@link RealModel} is not there, which is said in one line. The
 * names of these classes end with {@code RealModel…Test}, by which {@code .ci/report} counts them.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(RealModelCondition.class)
public @interface NeedsRealModel {
}
