package adfer.service;

import adfer.kernel.Problem;
import adfer.port.Notifier;

import java.util.Optional;
import java.util.function.Function;

/** A way to call people that does as a test says. */
record Way(String name, Function<Notifier.Notice, Optional<Problem>> does) implements Notifier {
    @Override
    public Optional<Problem> send(Notice notice) {
        return does.apply(notice);
    }
}
