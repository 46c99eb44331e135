package adfer.console;

import adfer.kernel.StepId;
import adfer.service.Views;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The steps of a run as a drawing: each step right of all it waits for. */
public record StepPicture(int width, int height, List<Box> boxes, List<Arrow> arrows) {
    private static final int BOX_WIDTH = 150;
    private static final int BOX_HEIGHT = 44;
    private static final int GAP_X = 40;
    private static final int GAP_Y = 16;

    /** A step. */
    public record Box(
            int x, int y, int width, int height, String name, String words, String tone) {}

    /** That one step waits for another. */
    public record Arrow(int x1, int y1, int x2, int y2) {}

    public static StepPicture of(List<Views.StepView> steps) {
        Map<StepId, Integer> columns = new TreeMap<>();
        for (Views.StepView step : steps) {
            int column =
                    step.after().stream()
                            .mapToInt(before -> columns.getOrDefault(before, 0) + 1)
                            .max()
                            .orElse(0);
            columns.put(step.id(), column);
        }
        Map<Integer, Integer> heights = new TreeMap<>();
        Map<StepId, Box> places = new TreeMap<>();
        List<Box> boxes = new ArrayList<>();
        for (Views.StepView step : steps) {
            int column = columns.getOrDefault(step.id(), 0);
            int row = heights.merge(column, 1, Integer::sum) - 1;
            long done = step.tasks().stream().filter(task -> task.status().equals("DONE")).count();
            String words =
                    Words.of(step.status())
                            + (step.tasks().isEmpty()
                                    ? ""
                                    : " " + done + "/" + step.tasks().size());
            Box box =
                    new Box(
                            4 + column * (BOX_WIDTH + GAP_X),
                            4 + row * (BOX_HEIGHT + GAP_Y),
                            BOX_WIDTH,
                            BOX_HEIGHT,
                            step.id().value(),
                            words,
                            Words.tone(step.status()));
            places.put(step.id(), box);
            boxes.add(box);
        }
        List<Arrow> arrows = new ArrayList<>();
        for (Views.StepView step : steps) {
            Box to = places.get(step.id());
            for (StepId before : step.after()) {
                Box from = places.get(before);
                if (from != null && to != null) {
                    arrows.add(
                            new Arrow(
                                    from.x() + BOX_WIDTH,
                                    from.y() + BOX_HEIGHT / 2,
                                    to.x(),
                                    to.y() + BOX_HEIGHT / 2));
                }
            }
        }
        int width = boxes.stream().mapToInt(box -> box.x() + BOX_WIDTH + 4).max().orElse(0);
        int height = boxes.stream().mapToInt(box -> box.y() + BOX_HEIGHT + 4).max().orElse(0);
        return new StepPicture(width, height, boxes, arrows);
    }
}
