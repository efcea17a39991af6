package io.convergence.testkit.histories;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.function.Function;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;
import org.jspecify.annotations.Nullable;

/** The product and the histories once more beside those of the class path, with one {@link ProductFault}. */
final class FaultyProduct extends ClassLoader {
    private static final String OWN = "io.convergence.";

    private final ProductFault fault;
    private final Function<Object, @Nullable String> player;

    FaultyProduct(ProductFault fault) {
        super(FaultyProduct.class.getClassLoader());
        this.fault = fault;
        this.player = player();
    }

    /** Plays a history through files: what became wrong, or null. */
    @Nullable
    String play(History history) {
        return player.apply(carried(history));
    }

    /** Runs in here. */
    static final class Player implements Function<Object, @Nullable String> {
        Player() {}

        @Override
        public @Nullable String apply(Object history) {
            return FileLake.play((History) history).failure();
        }
    }

    @SuppressWarnings("unchecked")
    private Function<Object, @Nullable String> player() {
        try {
            var constructor = loadClass(Player.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Function<Object, @Nullable String>) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot play histories with " + fault + ".", e);
        }
    }

    /** The same of the classes in here. */
    private @Nullable Object carried(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(this::carried).toList();
        }
        if (value == null || !value.getClass().getName().startsWith(OWN)) {
            return value;
        }
        try {
            if (value instanceof Enum<?> constant) {
                Class<?> type = loadClass(constant.getDeclaringClass().getName());
                return type.getEnumConstants()[constant.ordinal()];
            }
            Class<?> type = loadClass(value.getClass().getName());
            RecordComponent[] components = value.getClass().getRecordComponents();
            RecordComponent[] own = type.getRecordComponents();
            @Nullable Object[] values = new @Nullable Object[components.length];
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < values.length; i++) {
                components[i].getAccessor().setAccessible(true);
                values[i] = carried(components[i].getAccessor().invoke(value));
                types[i] = own[i].getType();
            }
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot carry " + value + " over.", e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = name.equals(fault.type()) ? faulty() : file.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] faulty() {
        ClassFileLocator files = ClassFileLocator.ForClassLoader.of(getParent());
        TypeDescription type = TypePool.Default.of(files).describe(fault.type()).resolve();
        String[] words = fault.method().split("/", -1);
        ElementMatcher.Junction<MethodDescription> method = ElementMatchers.named(words[0]);
        if (words.length > 1) {
            method = method.and(ElementMatchers.takesArguments(Integer.parseInt(words[1])));
        }
        if (type.getDeclaredMethods().filter(method).size() != 1) {
            throw new IllegalStateException(
                    "Cannot break " + fault + ": " + fault.type() + " has not one method " + fault.method() + ".");
        }
        return new ByteBuddy()
                .redefine(type, files)
                .visit(Advice.to(fault.advice(), files).on(method))
                .make()
                .getBytes();
    }
}
