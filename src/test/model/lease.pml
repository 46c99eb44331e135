/*
 * Never both: one protection group, two sites a and b with a guard each, and a witness. docs/SAFETY.md gives the rules
 * and, under "The model", what this covers and what it leaves out.
 *
 * Each rule can be taken away, as by spin -a -DMUTANT=FROM_COMMIT lease.pml, and then there must be a counterexample.
 */
#define NONE 0
#define FROM_COMMIT 1           /* a guard counts from the commit of the renewal, not from its ticket */
#define GUARD_WITHOUT_DRIFT 2   /* a guard lets VMs go on for D - S - k */
#define GUARD_WITHOUT_STOP 3    /* a guard lets VMs go on for D(1-r) - k */
#define GUARD_WITHOUT_TICK 4    /* a guard lets VMs go on for D(1-r) - S */
#define GUARD_DISABLED 5        /* a guard gives tickets and stops nothing */
#define UNARMED_TICKET 6        /* a guard that isn't armed gives tickets */
#define UNGUARDED_PROVES 7      /* a lapse proves the VMs off though a guard was missing from the latest renewal */
#define NO_MARGIN 8             /* the taker waits D(1+r) */
#define WAIT_WITHOUT_DRIFT 9    /* the taker waits D + M */
#define WAIT_INHERITED 10       /* a new leader goes on with the wait of the one before */
#define LAPSE_UNNAMED 11        /* a lapse is accepted though a renewal came in between */
#define CONFIRM_UNCOMMITTED 12  /* tickets are confirmed before the renewal is committed */
#define START_UNORDERED 13      /* a site starts before the order to is committed */
#define LEASE_UNCHECKED 14      /* a site starts without a lease */
#define LEASE_CHECKED_EARLY 15  /* a site looks at the lease, and powers on some time later */
#define EPOCH_UNCHECKED 16      /* a VM is started though its mark is of a later epoch than the order */
#define MOVE_UNMARKED 17        /* a move doesn't wait until the VM bears the next epoch's mark */
#define MOVE_RUNNING 18         /* a move doesn't wait until the VM was seen off */
#define DOUBLE_FAULT 19         /* no rule is gone: guard and keeper of a site may fail together */
#define REACH_LAPSE 20          /* no rule is gone: is there a way to b running after a's lease has lapsed? */
#define REACH_MOVE 21           /* the same after a move */
#define REACH_RETURN 22         /* the same to a running after b has */

/* With -DPOWER: whoever stands there, or asks a fence, may see a site without power and say so. */
#define SEEN_UNLOOKED 30        /* it is said without a look */
#define SEEN_LATE 31            /* what was seen counts though the site claimed its lease before it was said in the log */
#define SEEN_OUTLIVED 32        /* what was said counts though the site claimed its lease since */
#define BOOT_REMEMBERED 33      /* a guard goes on after a boot with what it held before */
#define REACH_POWER 34          /* no rule is gone: is there a way to b running after a was seen off? */
#define REACH_POWER_BACK 35     /* the same to a running after b has */
/* With -DKEEPING: a runbook may let guards keep the VMs running, and may stop to. */
#define KEEP_PROVES 40          /* a lapse proves the VMs off though the runbook lets them run */
#define KEEP_TICKET_FORGOTTEN 41 /* the same where the runbook let them run when the ticket was asked for */
#define KEEP_UNHEEDED 42        /* a runbook that lets VMs run from now on leaves the lease as proof */
#define KEPT_UNTIL_CONFIRMED 43 /* a guard goes on keeping VMs until it is confirmed that it must not */
#define REACH_KEPT 44           /* no rule is gone: does a VM run on after its lease has lapsed? */

#ifndef MUTANT
#define MUTANT NONE
#endif
#define IS(x) (MUTANT == x)
#define NOT(x) (MUTANT != x)

/* D, S and k in ticks of real time; X, W and M as clocks show them. In a tick a clock goes on by U-1 to U+1: r is 1/U. */
#ifndef D
#define D 5
#endif
#define S 1
#define K 1
#define U 4
#define M NOT(NO_MARGIN)
#define X (D * (U - NOT(GUARD_WITHOUT_DRIFT)) - (S * NOT(GUARD_WITHOUT_STOP) + K * NOT(GUARD_WITHOUT_TICK)) * U)
#define W (D * (U + NOT(WAIT_WITHOUT_DRIFT)) + M)
#define MAY_SHOW(age, length) ((age) * (U + 1) >= (length))
#define MUST_SHOW(age, length) ((age) * (U - 1) >= (length))
#define OFF_BY ((X + U - 2) / (U - 1) + K + S)  /* at this age of its ticket the VMs under a living guard are off */
#define WAITED ((W + U) / (U + 1))              /* at this age of a renewal some clock may show W */

#ifndef EPOCHS
#define EPOCHS 3
#endif
#define A 0
#define B 1

/* The replicated state, and a lapse on its way to it. */
byte epoch = 1;
bit owner = A;
bool lapsed;
bool guarded;           /* every guard gave a ticket for the latest renewal */
byte ordered[2];        /* the epoch of the latest order to start, at each site */
bool lapse;

/*
 * For how long the latest renewal has been committed. Any node may lead at any time, and each waits from when it has applied the
 * renewal itself: so a node that has applied it at once, has not restarted and leads now waits longest, and stands for all.
 */
byte committed;

/* Each site. Either its guard is sound and its keeper is as late as it likes, or the guard is weak and fails at will. */
#define UNARMED 0
#define SOUND 1
#define WEAK 2
#define FAILED 3
#define TAKEN 1
#define ACCEPTED 2
byte guard[2];
byte ticket[2], ticketEpoch[2], ticketAge[2];
byte held[2], heldAge[2];       /* the epoch and age of the ticket confirmed last */
byte mark[2];                   /* the epoch the VM bears in its metadata */
bool running[2], powering[2];

#ifdef POWER
#define FIRST_SITE 4
#else
#define FIRST_SITE 3
#endif

/* What of a site's power is seen, on its way to the log, and there. */
#define LOOKED 1
#define PROVEN 2
#ifdef POWER
bool dark[2];
byte seen;
#define DARK(s) dark[s]
#define CLAIMED { if :: seen == PROVEN && NOT(SEEN_OUTLIVED) || seen == LOOKED && NOT(SEEN_LATE) -> seen = 0 :: else -> skip fi }
#else
#define DARK(s) false
#define CLAIMED { skip }
#endif

/* Whether guards may let the VMs run: as the runbook says, as a ticket was asked for, and as each guard believes. */
#ifdef KEEPING
bool keep;
bool ticketKeep[2], heldKeep[2];
#define KEPT(s) heldKeep[s]
#define PROOF(s) ((!keep || IS(KEEP_PROVES)) && (!ticketKeep[s] || IS(KEEP_PROVES) || IS(KEEP_TICKET_FORGOTTEN)))
#define ASK(s) { ticketKeep[s] = keep; heldKeep[s] = heldKeep[s] && (keep || IS(KEPT_UNTIL_CONFIRMED)) }
#define TAKE(s) { heldKeep[s] = keep }
#else
#define KEPT(s) false
#define PROOF(s) true
#define ASK(s) { skip }
#define TAKE(s) { skip }
#endif

bool viaLapse, viaMove, viaPower, returned; /* for the REACH_ questions only */

#define CURRENT(s) (owner == s && !lapsed)
#define OVERDUE(s) (running[s] && heldAge[s] >= OFF_BY && (guard[s] == SOUND || guard[s] == WEAK) && NOT(GUARD_DISABLED) && !KEPT(s))
/* Where the guard fails, the keeper doesn't: it renews, and says that the guard is missing, before anybody has waited. */
#define UNTOLD(s) (guard[s] == FAILED && CURRENT(s) && guarded && committed >= WAITED - 1 && NOT(DOUBLE_FAULT))

inline forget(s) { ticket[s] = 0; ticketEpoch[s] = 0; ticketAge[s] = 0 }
inline unhold(s) { held[s] = 0; heldAge[s] = 0 }

inline renewed(withGuards) {
  guarded = withGuards;
  committed = (IS(WAIT_INHERITED) -> committed : 0);
  lapse = lapse && IS(LAPSE_UNNAMED)
}

inline dropRenewals() { /* they will be refused, which is as good as lost */
  if
  :: ticket[owner] == TAKEN && NOT(CONFIRM_UNCOMMITTED) -> forget(owner)
  :: else -> skip
  fi
}

inline grant(s) {
  dropRenewals();
  epoch++;
  owner = s;
  lapsed = false;
  lapse = false;
  renewed(false)
}

inline powerOn(s) {
  running[s] = true;
  powering[s] = false;
  mark[s] = (ordered[s] > mark[s] -> ordered[s] : mark[s]);
#ifndef ORDER_ONLY
  assert(!(running[A] && running[B])); /* never both */
#endif
#ifndef BOTH_ONLY
  assert(CURRENT(s) && ordered[s] == epoch); /* nothing starts but by an order of the present epoch */
#endif
  assert(!(IS(REACH_LAPSE) && s == B && viaLapse));
  assert(!(IS(REACH_MOVE) && s == B && viaMove));
  assert(!(IS(REACH_POWER) && s == B && viaPower));
  assert(!((IS(REACH_RETURN) || IS(REACH_POWER_BACK) && viaPower) && s == A && returned));
  returned = (IS(REACH_RETURN) || IS(REACH_POWER_BACK)) && (returned || s == B)
}

inline older(some, age, most) {
  if
  :: some && age < most -> age++
  :: else -> skip
  fi
}

inline olderSite(s) {
  older(ticket[s], ticketAge[s], OFF_BY);
  older(held[s], heldAge[s], OFF_BY);
  if
  :: heldAge[s] == OFF_BY && !running[s] -> unhold(s)
  :: else -> skip
  fi
}

active proctype Time() {
  do
  :: d_step { !OVERDUE(A) && !OVERDUE(B) && !UNTOLD(A) && !UNTOLD(B) ->
       olderSite(A);
       olderSite(B);
       older(!lapsed, committed, WAITED) }
  od
}

/* What the log puts in order, apart from renewals. Whoever proposes, leader or not, the state decides. */
active proctype Log() {
  do
  :: d_step { lapse -> dropRenewals(); lapsed = true; lapse = false; committed = 0; assert(!(IS(REACH_KEPT) && running[owner])) }
  :: d_step { lapsed && epoch < EPOCHS -> CLAIMED; grant(owner) }
  :: d_step { lapsed && epoch < EPOCHS && (guarded || IS(UNGUARDED_PROVES)) -> grant(1 - owner); viaLapse = IS(REACH_LAPSE) }
  :: d_step { !lapsed && ordered[owner] != epoch -> ordered[owner] = epoch }
#ifdef POWER
  :: d_step { seen == LOOKED -> seen = PROVEN }
  :: d_step { seen == PROVEN && epoch < EPOCHS -> seen = 0; grant(1 - owner); viaPower = IS(REACH_POWER) || IS(REACH_POWER_BACK) }
#endif
#ifdef KEEPING
  :: d_step { !keep -> keep = true; guarded = guarded && (lapsed || IS(KEEP_UNHEEDED)) }
  :: d_step { keep -> keep = false }
#endif
  od
}

active proctype Leader() {
  do
  :: d_step { !lapsed && !lapse && MAY_SHOW(committed, W) -> lapse = true }
  :: d_step { lapse -> lapse = false }
  od
}

#ifdef POWER
/* The owner's power goes and comes back, and somebody looks. What he or she saw is of then. */
active proctype Power() {
  do
  :: d_step { !dark[owner] ->
       dark[owner] = true; running[owner] = false; powering[owner] = false; guard[owner] = UNARMED; forget(owner);
       if
       :: NOT(BOOT_REMEMBERED) -> unhold(owner)
       :: else -> skip
       fi }
  :: d_step { dark[A] -> dark[A] = false }
  :: d_step { dark[B] -> dark[B] = false }
  :: d_step { !seen && (dark[owner] || IS(SEEN_UNLOOKED)) -> seen = LOOKED }
  :: d_step { seen == LOOKED -> seen = 0 }
  od
}
#endif

active [2] proctype Site() {
  byte s = _pid - FIRST_SITE;
  do
  /* The keeper asks for a ticket, renews, and confirms. All of it may be late or lost. */
  :: d_step { !ticket[s] && CURRENT(s) && (guard[s] == SOUND || guard[s] == WEAK || IS(UNARMED_TICKET)) ->
       ticket[s] = TAKEN; ticketEpoch[s] = epoch; ASK(s) }
  :: d_step { ticket[s] == TAKEN && CURRENT(s) && ticketEpoch[s] == epoch ->
       ticket[s] = ACCEPTED; renewed(PROOF(s)); CLAIMED }
  :: d_step { ticket[s] == ACCEPTED || ticket[s] == TAKEN && IS(CONFIRM_UNCOMMITTED) ->
       held[s] = ticketEpoch[s]; heldAge[s] = (IS(FROM_COMMIT) -> 0 : ticketAge[s]); TAKE(s); forget(s) }
  :: d_step { ticket[s] -> forget(s) }
  /* Where the guard is missing it renews without, and says so. */
  :: d_step { CURRENT(s) && (guard[s] == FAILED || DARK(s)) -> renewed(false); CLAIMED }

  /* The guard. */
  :: d_step { guard[s] == UNARMED && !DARK(s) -> guard[s] = SOUND }
#ifndef SOUND_ONLY
  :: d_step { guard[s] == UNARMED && !DARK(s) -> guard[s] = WEAK }
#endif
  :: d_step { guard[s] == WEAK -> guard[s] = FAILED }
  :: d_step { guard[s] == FAILED -> guard[s] = WEAK }

  /* The VM may stop at any time. To start it takes an order, a lease of its epoch, and no later mark. */
  :: d_step { running[s] -> running[s] = false }
  :: d_step { !running[s] && !powering[s] && !DARK(s) &&
              (held[s] && !MUST_SHOW(heldAge[s], X) || IS(LEASE_UNCHECKED) && ordered[s]) &&
              (ordered[s] == held[s] || IS(LEASE_UNCHECKED) || IS(START_UNORDERED)) &&
              (ordered[s] >= mark[s] || IS(EPOCH_UNCHECKED)) ->
       if
       :: IS(LEASE_CHECKED_EARLY) -> powering[s] = true
       :: else -> powerOn(s)
       fi }
  :: d_step { powering[s] -> powerOn(s) }

  /* A planned move: the VM is marked with the next epoch and stopped, and only then the owner changes. */
  :: d_step { CURRENT(s) && epoch < EPOCHS && mark[s] <= epoch && NOT(MOVE_UNMARKED) ->
       mark[s] = epoch + 1; running[s] = running[s] && IS(MOVE_RUNNING) }
  :: d_step { CURRENT(s) && epoch < EPOCHS && (mark[s] > epoch || IS(MOVE_UNMARKED)) && (!running[s] || IS(MOVE_RUNNING)) ->
       grant(1 - owner); viaMove = IS(REACH_MOVE) }
  od
}
