package adfer.adapter.json;

import adfer.kernel.Epoch;
import adfer.kernel.Id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedConstructor;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tells Jackson about the core's records and sealed interfaces, which bear no annotations.
 *
 * <p>A value of a sealed interface says in {@value #TYPE} which record it is, by the record's
 * simple name. Identifiers are plain strings and epochs plain numbers. Every property must be
 * there, save an {@link Optional}: a later version may add one and still read what this one wrote.
 */
final class CoreIntrospector extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    static final String TYPE = "type";

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
            MapperConfig<?> config, Annotated annotated) {
        if (annotated instanceof AnnotatedClass type && ofSealedInterface(type.getRawType())) {
            return JsonTypeInfo.Value.construct(
                    JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, TYPE, null, false, true);
        }
        return super.findPolymorphicTypeInfo(config, annotated);
    }

    private static boolean ofSealedInterface(Class<?> type) {
        if (!ours(type)) {
            return false;
        }
        return type.isRecord()
                ? Arrays.stream(type.getInterfaces()).anyMatch(Class::isSealed)
                : type.isSealed();
    }

    @Override
    public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
        Class<?> type = annotated.getRawType();
        if (!(annotated instanceof AnnotatedClass) || !ours(type) || !type.isSealed()) {
            return super.findSubtypes(annotated);
        }
        // Whoever describes the interface takes the type itself out of this list.
        return Arrays.stream(type.getPermittedSubclasses())
                .map(permitted -> new NamedType(permitted, permitted.getSimpleName()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @Override
    public @Nullable String findTypeName(AnnotatedClass annotated) {
        Class<?> type = annotated.getRawType();
        return ours(type) && type.isRecord() ? type.getSimpleName() : super.findTypeName(annotated);
    }

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        Class<?> owner = member.getDeclaringClass();
        if (ours(owner) && owner.isRecord()) {
            return member.getRawType() != Optional.class;
        }
        return super.hasRequiredMarker(member);
    }

    @Override
    public @Nullable Boolean hasAsValue(Annotated annotated) {
        return isPlainValue(annotated) ? Boolean.TRUE : super.hasAsValue(annotated);
    }

    private static boolean isPlainValue(Annotated annotated) {
        return annotated instanceof AnnotatedMethod method
                && plain(method.getDeclaringClass())
                && method.getName().equals("value")
                && method.getParameterCount() == 0;
    }

    @Override
    public JsonCreator.@Nullable Mode findCreatorAnnotation(
            MapperConfig<?> config, Annotated annotated) {
        if (annotated instanceof AnnotatedConstructor constructor
                && plain(constructor.getDeclaringClass())) {
            return JsonCreator.Mode.DELEGATING;
        }
        return super.findCreatorAnnotation(config, annotated);
    }

    /** True for records that stand for one plain value. */
    private static boolean plain(Class<?> type) {
        return type.isRecord() && (Id.class.isAssignableFrom(type) || type == Epoch.class);
    }

    private static boolean ours(Class<?> type) {
        return type.getName().startsWith("adfer.");
    }
}
