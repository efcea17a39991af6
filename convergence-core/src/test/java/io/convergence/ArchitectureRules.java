package io.convergence;

import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rules of the design for the packages under one base package: fixtures that break them are judged by the same code. */
final class ArchitectureRules {
    private static final String ROOT = "";
    private static final Set<String> LEAVES = Set.of(ROOT, "schema", "store");

    /** The stages in the order of the data flow; each may use those before it. */
    private static final List<String> STAGES = List.of(
            "source",
            "mapping",
            "target",
            "raw",
            "change",
            "ledger",
            "compact",
            "merge",
            "curated",
            "reconcile",
            "catalog",
            "pipeline");

    /** The one package whose signatures may name a type of another library. */
    private static final String BRIDGE = "avro";

    /** Rooms beside the stages, each with the last stage it may use; no stage uses a room, nor one room another. */
    private static final Map<String, String> SIDE_ROOMS = Map.of(BRIDGE, "change", "audit", "change");

    private final String base;

    ArchitectureRules(String base) {
        this.base = base;
    }

    ArchRule stagesUseOnlyWhatIsToTheirLeft() {
        return classes()
                .should(new ArchCondition<JavaClass>("use only leaves and stages to their left") {
                    @Override
                    public void check(JavaClass user, ConditionEvents events) {
                        String from = slice(user).orElse("?");
                        if (!LEAVES.contains(from) && !STAGES.contains(from) && !SIDE_ROOMS.containsKey(from)) {
                            events.add(SimpleConditionEvent.violated(
                                    user,
                                    user.getName() + " is in package '" + from + "', which has no place in the order"));
                        }

                        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                            Optional<String> to = slice(dependency.getTargetClass());
                            if (to.isPresent() && !mayUse(from, to.get())) {
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                            }
                        }
                    }
                })
                .because("the package order is the data flow, and a reader follows it");
    }

    private static boolean mayUse(String from, String to) {
        if (from.equals(to) || LEAVES.contains(to)) {
            return true;
        }
        if (!STAGES.contains(from) && !SIDE_ROOMS.containsKey(from)) {
            return false;
        }
        int last = SIDE_ROOMS.containsKey(from) ? STAGES.indexOf(SIDE_ROOMS.get(from)) : STAGES.indexOf(from) - 1;
        return STAGES.contains(to) && STAGES.indexOf(to) <= last;
    }

    ArchRule packagesAreFreeOfCycles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return slice(type).map(SliceIdentifier::of).orElseGet(SliceIdentifier::ignore);
                    }

                    @Override
                    public String getDescription() {
                        return "packages, each with its internal one";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    ArchRule internalsStayInTheirStage() {
        return classes()
                .should(new ArchCondition<JavaClass>("leave the internals of other stages alone") {
                    @Override
                    public void check(JavaClass user, ConditionEvents events) {
                        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                            JavaClass used = dependency.getTargetClass();
                            boolean isOpen = slice(used).equals(slice(user))
                                    || slice(used).filter(LEAVES::contains).isPresent();
                            if (isInternal(used) && !isOpen) {
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                            }
                        }
                    }
                })
                .because(
                        "internal packages are no API, not even between stages; those of leaves are what stages share");
    }

    ArchRule publicSignaturesNameNoThirdPartyType() {
        return classes()
                .that(new DescribedPredicate<>("are API") {
                    @Override
                    public boolean test(JavaClass type) {
                        return isApi(type);
                    }
                })
                .should(
                        new ArchCondition<JavaClass>(
                                "name only types of the JDK, of this project, of slf4j and of JSpecify") {
                            @Override
                            public void check(JavaClass type, ConditionEvents events) {
                                signatureTypes(type).forEach(place -> {
                                    for (JavaClass named : place.named()) {
                                        if (!isAllowedInSignature(named)) {
                                            events.add(SimpleConditionEvent.violated(
                                                    type,
                                                    place.where() + " names "
                                                            + named.getBaseComponentType()
                                                                    .getName()));
                                        }
                                    }
                                });
                            }
                        })
                .because(
                        "jobs in Glue relocate Parquet, Avro and Jackson under the API, which must not move with them");
    }

    ArchRule packagesAreNullMarked() {
        return classes()
                .should(new ArchCondition<JavaClass>("be in a package with @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        JavaPackage home = type.getPackage();
                        if (!home.isAnnotatedWith(NullMarked.class)) {
                            events.add(SimpleConditionEvent.violated(
                                    type,
                                    type.getName() + ": package-info of " + home.getName() + " lacks @NullMarked"));
                        }
                    }
                })
                .because("NullAway checks only what is marked");
    }

    ArchRule pureStagesDoNoInputOrOutput() {
        return noClasses()
                .that()
                .resideInAnyPackage(base + ".merge..", base + ".mapping..")
                .should(dependOnClassesThat(new DescribedPredicate<JavaClass>("read, write, connect or store") {
                    @Override
                    public boolean test(JavaClass used) {
                        String name = used.getBaseComponentType().getName();
                        boolean harmless = name.equals("java.io.Serializable")
                                || name.equals(
                                        "java.io.IOException") // Jackson's exceptions extend it, also when it reads a
                                // String
                                || name.startsWith("java.nio.charset.");
                        return !harmless
                                && Stream.of("java.io.", "java.nio.", "java.net.", "java.sql.", base + ".store.")
                                        .anyMatch(name::startsWith);
                    }
                }))
                .allowEmptyShould(true)
                .because("merge and mapping are pure: same input, same answer, no store needed to test them");
    }

    ArchRule nothingPrints() {
        return GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.because(
                "a library logs through slf4j and returns the rest");
    }

    ArchRule thrownExceptionsAreSpecific() {
        return noClasses()
                .should(new ArchCondition<JavaClass>("create Throwable, Error, Exception or RuntimeException") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        for (JavaConstructorCall call : type.getConstructorCallsFromSelf()) {
                            boolean generic = Stream.of(
                                            Throwable.class, Error.class, Exception.class, RuntimeException.class)
                                    .anyMatch(call.getTargetOwner()::isEquivalentTo);
                            if (generic && !callsItsSuperclass(call)) {
                                events.add(SimpleConditionEvent.satisfied(call, call.getDescription()));
                            }
                        }
                    }
                })
                .because("a caller must be able to catch what he can handle");
    }

    private static boolean callsItsSuperclass(JavaConstructorCall call) {
        return call.getOrigin().isConstructor()
                && call.getOriginOwner()
                        .getRawSuperclass()
                        .filter(call.getTargetOwner()::equals)
                        .isPresent();
    }

    ArchRule avroReadsGenericDataOnly() {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.avro.reflect..", "org.apache.avro.specific..")
                .because("these load classes that the schema of a file names, and files are not trusted");
    }

    ArchRule timeAndChanceAreGivenFromOutside() {
        Set<String> clocks = Set.of(
                Instant.class.getName(),
                LocalDate.class.getName(),
                LocalDateTime.class.getName(),
                OffsetDateTime.class.getName(),
                ZonedDateTime.class.getName());
        return codeUnits()
                .that()
                // The clock of a local folder is the one by which the machine's file system stamps files.
                .areDeclaredInClassesThat()
                .haveNameNotMatching(Pattern.quote(base) + "\\.store\\.Local\\w+")
                .should(new ArchCondition<JavaCodeUnit>("ask no clock and no dice of the machine") {
                    @Override
                    public void check(JavaCodeUnit unit, ConditionEvents events) {
                        for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
                            String owner = access.getTargetOwner().getName();
                            String name = access.getName();
                            boolean clock = name.equals("currentTimeMillis")
                                    || (name.equals("now")
                                            && clocks.contains(owner)
                                            && access instanceof JavaMethodCall call
                                            && call.getTarget()
                                                    .getRawParameterTypes()
                                                    .isEmpty());
                            boolean dice = (owner.equals(Math.class.getName()) && name.equals("random"))
                                    || owner.equals("java.util.concurrent.ThreadLocalRandom")
                                    || (owner.equals(Random.class.getName()) && access instanceof JavaConstructorCall);
                            if (clock || dice) {
                                events.add(SimpleConditionEvent.violated(access, access.getDescription()));
                            }
                        }
                    }
                })
                .because("a run must be repeatable from a seed and a Clock");
    }

    static ArchRule noClassUses(String... packages) {
        return noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .because("tests run against working stand-ins, which cannot agree with a wrong assumption");
    }

    private Optional<String> slice(JavaClass type) {
        String home = type.getBaseComponentType().getPackageName();
        if (home.equals(base)) {
            return Optional.of(ROOT);
        }
        if (!home.startsWith(base + ".")) {
            return Optional.empty();
        }
        String below = home.substring(base.length() + 1);
        int dot = below.indexOf('.');
        return Optional.of(dot < 0 ? below : below.substring(0, dot));
    }

    private boolean isApi(JavaClass type) {
        boolean visible = type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass()
                        .map(outer -> outer.getModifiers().contains(JavaModifier.PUBLIC))
                        .orElse(true);
        return visible && !isInternal(type) && !slice(type).equals(Optional.of(BRIDGE));
    }

    private boolean isInternal(JavaClass type) {
        String home = type.getBaseComponentType().getPackageName();
        return home.startsWith(base + ".") && (home + ".").contains(".internal.");
    }

    private boolean isAllowedInSignature(JavaClass named) {
        JavaClass type = named.getBaseComponentType();
        return type.isPrimitive()
                || (Stream.of("java.", "javax.sql.", base + ".", "org.slf4j.", "org.jspecify.")
                                .anyMatch(type.getName()::startsWith)
                        && !isInternal(type));
    }

    private record Place(String where, Collection<JavaClass> named) {}

    private static Stream<Place> signatureTypes(JavaClass type) {
        List<Place> places = new ArrayList<>();
        type.getSuperclass()
                .ifPresent(parent -> places.add(new Place(type.getName(), parent.getAllInvolvedRawTypes())));
        type.getInterfaces().forEach(parent -> places.add(new Place(type.getName(), parent.getAllInvolvedRawTypes())));
        places.add(new Place(type.getName(), bounds(type.getTypeParameters())));

        for (JavaField field : type.getFields()) {
            if (isVisible(field)) {
                places.add(new Place(field.getFullName(), field.getType().getAllInvolvedRawTypes()));
            }
        }

        for (JavaCodeUnit unit : type.getCodeUnits()) {
            if (isVisible(unit)) {
                List<JavaClass> named = new ArrayList<>(unit.getReturnType().getAllInvolvedRawTypes());
                unit.getParameterTypes().forEach(parameter -> named.addAll(parameter.getAllInvolvedRawTypes()));
                named.addAll(unit.getExceptionTypes());
                named.addAll(bounds(unit.getTypeParameters()));
                places.add(new Place(unit.getFullName(), named));
            }
        }
        return places.stream();
    }

    private static boolean isVisible(HasModifiers member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return !modifiers.contains(JavaModifier.SYNTHETIC)
                && (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED));
    }

    private static List<JavaClass> bounds(List<? extends JavaTypeVariable<?>> variables) {
        List<JavaClass> named = new ArrayList<>();
        for (JavaTypeVariable<?> variable : variables) {
            for (JavaType bound : variable.getUpperBounds()) {
                named.addAll(bound.getAllInvolvedRawTypes());
            }
        }
        return named;
    }
}
