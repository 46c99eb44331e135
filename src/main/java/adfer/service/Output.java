package adfer.service;

import java.util.function.Consumer;

/** The end of what an attempt has printed. */
final class Output implements Consumer<String> {
    private final int limit;
    private final StringBuilder text = new StringBuilder();
    private boolean changed;

    /**
     * @param limit how many characters are kept, the latest
     */
    Output(int limit) {
        this.limit = limit;
    }

    @Override
    public synchronized void accept(String piece) {
        text.append(piece);
        if (text.length() > limit) {
            text.delete(0, text.length() - limit);
        }
        changed = true;
    }

    synchronized String text() {
        return text.toString();
    }

    /** True when something came since it was last asked. */
    synchronized boolean changed() {
        boolean was = changed;
        changed = false;
        return was;
    }
}
