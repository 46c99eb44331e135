package adfer.demo;

/** Why the demo did not do what it promises, in one sentence. */
final class DemoFailure extends RuntimeException {
    DemoFailure(String sentence) {
        super(sentence);
    }

    static void unless(boolean holds, String otherwise) {
        if (!holds) {
            throw new DemoFailure(otherwise);
        }
    }
}
