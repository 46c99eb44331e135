package adfer.service;

import adfer.port.Directory;
import adfer.port.IdentityProvider;

import java.util.Optional;

/** Who else than Adfer itself may know people. */
public record Elsewhere(Optional<Directory> directory, Optional<IdentityProvider> provider) {
    public static final Elsewhere NONE = new Elsewhere(Optional.empty(), Optional.empty());
}
