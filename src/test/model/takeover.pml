/*
 * Never both across a takeover: one protection group, sites a and b, and a witness w with a node each. The majority is gone, b founds a
 * second generation of the cluster, and the others come back. docs/SAFETY.md gives the rules and, under "The model", what this covers.
 *
 * That within one generation a lapse proves the VMs off is shown by lease.pml and taken for granted here: a lease lapses only where its
 * guards hold nothing any more. So there is no time in this one.
 *
 * Each rule can be taken away, as by spin -a -DMUTANT=QUARANTINE_IGNORED takeover.pml, and then there must be a counterexample.
 */
#define NONE 0
#define WORD_NOT_DEMANDED 1     /* b takes over although nobody answers for the others being off, or cut off until they are quarantined */
#define QUARANTINE_IGNORED 2    /* a node that hears of the later generation goes on in its own */
#define WORD_OUTLIVED 3         /* the word counts though a has claimed its lease in the new generation */
#define EPOCHS_GO_ON 4          /* the new generation's epochs go on where its founder's picture ends */
#define REACH_FAILOVER 10       /* no rule is gone: does b run what a had, after a takeover? */
#define REACH_HOME 11           /* does a run again in the new generation? */
#define REACH_LOSS 12           /* has the old generation moved on behind the founder's back? */

#ifndef MUTANT
#define MUTANT NONE
#endif
#define IS(x) (MUTANT == x)
#define NOT(x) (MUTANT != x)

#define A 0
#define B 1
#define W 2
#define EPOCHS 3                /* tenures in each generation */
#define FLOOR (NOT(EPOCHS_GO_ON) * EPOCHS)

/* The nodes: the generation whose log each is in, whether it is in quarantine, and whether it has heard of the second one. */
byte gen[3] = 1;
bool quarantined[3], heard[3];
bool linked[4];                 /* a-b, b-w, w-a, any of which may be cut and mended at any time */
#define LINK(m, n) linked[(m) + (n)]

/* What each generation has committed, and b's picture of the first, which may be old. What it took b to commit it has. */
bit owner[3];
byte epoch[3] = 1;
bool lapsed[3], proves[3];      /* proves: its latest renewal was one of this tenure, with every guard */
bit pictureOwner;
byte pictureEpoch = 1;
bool founded, word;

/* Each site: what its guard holds and runs under, and an order on its way, which may come at any time. */
byte heldGen[2], heldEpoch[2];
bool running[2];
byte orderGen[2], orderEpoch[2];
byte late[2];                   /* the epoch of one that the first generation has left behind */
byte markGen[2], markEpoch[2];

#define OPEN(n, g) (gen[n] == g && !quarantined[n])
#define ALONE (gen[A] == 1 && gen[W] == 1)
/*
 * Whether a site's node takes part in what its generation commits now. Any two are a majority of the first generation, and of the second one
 * as soon as somebody has rejoined; until then b is.
 */
#define HEARD(s) (!quarantined[s] && \
  (LINK(s, W) && OPEN(W, gen[s]) || LINK(A, B) && OPEN(1 - s, gen[s]) || s == B && gen[B] == 2 && ALONE))

/* They are off, or stay cut off from each other until they have heard. */
#define KEPT_APART (founded && NOT(WORD_NOT_DEMANDED) && !heard[A] && !heard[W])

inline hear(n) {
  heard[n] = true;
  quarantined[n] = NOT(QUARANTINE_IGNORED)
}

inline learn() { pictureOwner = owner[1]; pictureEpoch = epoch[1] }

inline join(n) {
  gen[n] = 2;
  quarantined[n] = false
}

inline leave(s) {
  late[s] = orderEpoch[s];
  orderGen[s] = 0;
  orderEpoch[s] = 0
}

inline own(g, s) { /* a new tenure, with an epoch of its own */
  epoch[g]++;
  owner[g] = s;
  lapsed[g] = false;
  proves[g] = false;
  if
  :: gen[B] == 1 && (s == B || !LINK(W, A)) -> learn() /* it took b to commit that */
  :: else -> skip
  fi
}

active proctype World() {
  do
  :: d_step { LINK(A, B) = !LINK(A, B) }
  :: d_step { LINK(B, W) = !LINK(B, W) }
  :: d_step { LINK(W, A) || !KEPT_APART -> LINK(W, A) = !LINK(W, A) }
  :: d_step { OPEN(B, 1) && (LINK(A, B) || LINK(B, W)) -> learn() }
  /* A later generation is heard of from whoever is in it or knows of it. */
  :: d_step { founded && gen[A] == 1 && !heard[A] && (LINK(A, B) || LINK(W, A) && (heard[W] || gen[W] == 2)) -> hear(A) }
  :: d_step { founded && gen[W] == 1 && !heard[W] && (LINK(B, W) || LINK(W, A) && (heard[A] || gen[A] == 2)) -> hear(W) }
  /* After somebody has looked. */
  :: d_step { quarantined[A] && LINK(A, B) -> join(A); leave(A) }
  :: d_step { quarantined[W] && LINK(B, W) -> join(W) }
  od
}

/* Two people at b found the second generation: no lease of b's picture proves anything in it, and their word stands for a. */
active proctype Takeover() {
  d_step { !founded && !LINK(A, B) && !LINK(B, W) &&
           (IS(WORD_NOT_DEMANDED) || !LINK(W, A) && !running[A] && !heldGen[A]) ->
    founded = true; word = true;
    join(B); leave(B); owner[2] = pictureOwner; epoch[2] = pictureEpoch + FLOOR; lapsed[2] = true;
    assert(!(IS(REACH_LOSS) && epoch[1] > pictureEpoch)) }
}

active [2] proctype Site() {
  byte s = _pid - 2;
  do
  /* The lease: renewed, lapsed, taken up anew by its site; given to the other site on proof. */
  :: d_step { HEARD(s) && owner[gen[s]] == s && !lapsed[gen[s]] ->
       heldGen[s] = gen[s]; heldEpoch[s] = epoch[gen[s]]; proves[gen[s]] = true; word = word && (s == B || gen[s] == 1 || IS(WORD_OUTLIVED)) }
  :: d_step { HEARD(s) && !lapsed[gen[s]] && heldGen[owner[gen[s]]] != gen[s] -> lapsed[gen[s]] = true }
  :: d_step { HEARD(s) && owner[gen[s]] == s && lapsed[gen[s]] && epoch[gen[s]] < EPOCHS * gen[s] ->
       own(gen[s], s); word = word && (s == B || gen[s] == 1 || IS(WORD_OUTLIVED)) }
  :: d_step { HEARD(s) && owner[gen[s]] != s && lapsed[gen[s]] && proves[gen[s]] && epoch[gen[s]] < EPOCHS * gen[s] -> own(gen[s], s) }
  :: d_step { HEARD(s) && gen[s] == 2 && s == B && owner[2] == A && word && epoch[2] < EPOCHS * 2 -> own(2, B) }

  /* A planned move home in the new generation: seen off first. */
  :: d_step { HEARD(s) && gen[s] == 2 && owner[2] != s && gen[A] == 2 && !quarantined[A] && LINK(A, B) && epoch[2] < EPOCHS * 2 ->
       running[1 - s] = false; heldGen[1 - s] = 0; own(2, s) }

  /* The guard ends what isn't renewed, at any time. */
  :: d_step { heldGen[s] -> heldGen[s] = 0; running[s] = false }

  /* An order is committed under the present epoch, and carried out now or much later, also by a node that is in quarantine by then. */
  :: d_step { HEARD(s) && owner[gen[s]] == s && !lapsed[gen[s]] -> orderGen[s] = gen[s]; orderEpoch[s] = epoch[gen[s]] }
  :: d_step { late[s] && late[s] >= markEpoch[s] ->
       assert(markGen[s] != 2); /* nothing of the old generation on a VM that the new one has in hand */
       markGen[s] = 1; markEpoch[s] = late[s]; late[s] = 0 }
  :: d_step { orderGen[s] && orderEpoch[s] >= markEpoch[s] ->
       markGen[s] = orderGen[s]; markEpoch[s] = orderEpoch[s];
       if
       :: heldGen[s] == orderGen[s] && heldEpoch[s] == orderEpoch[s] -> running[s] = true
       :: else -> skip
       fi;
       orderGen[s] = 0; orderEpoch[s] = 0;
       assert(!(running[A] && running[B])); /* never both */
       assert(!(IS(REACH_FAILOVER) && running[s] && s == B && markGen[s] == 2 && pictureOwner == A));
       assert(!(IS(REACH_HOME) && running[s] && s == A && markGen[s] == 2)) }
  od
}
