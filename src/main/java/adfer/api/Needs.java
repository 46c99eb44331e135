package adfer.api;

import adfer.access.Right;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Which right an endpoint asks for. An endpoint with neither this nor {@link Open} answers nobody.
 * Whether the right holds for the very thing asked about is decided in the service.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Needs {
    /** Any one of them; which one, the service decides by what is asked. */
    Right[] value();
}
