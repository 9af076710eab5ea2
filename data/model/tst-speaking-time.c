/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-speaking-time.h"

#include <string.h>

static const struct
{
  const char *act;
  guint from; /* bits of TstSpeakingState */
  TstSpeakingState to;
} steps[] = {
  { "inicio", 1 << TST_SPEAKING_WAITING | 1 << TST_SPEAKING_ABSENT, TST_SPEAKING_NOW },
  { "pausa", 1 << TST_SPEAKING_NOW, TST_SPEAKING_PAUSED },
  { "sigue", 1 << TST_SPEAKING_PAUSED | 1 << TST_SPEAKING_DONE, TST_SPEAKING_NOW },
  { "fin", 1 << TST_SPEAKING_NOW | 1 << TST_SPEAKING_PAUSED, TST_SPEAKING_DONE },
  { "ausente", 1 << TST_SPEAKING_WAITING, TST_SPEAKING_ABSENT },
};

const char *
tst_speaking_state_name (TstSpeakingState state)
{
  switch (state)
    {
    case TST_SPEAKING_WAITING:
      return "waiting";
    case TST_SPEAKING_NOW:
      return "speaking";
    case TST_SPEAKING_PAUSED:
      return "paused";
    case TST_SPEAKING_DONE:
      return "spoke";
    case TST_SPEAKING_ABSENT:
      return "absent";
    default:
      g_assert_not_reached ();
    }
}

/* -1: there is no such act. */
static int
find_step (const char *act)
{
  for (guint i = 0; act != NULL && i < G_N_ELEMENTS (steps); i++)
    if (strcmp (steps[i].act, act) == 0)
      return (int) i;
  return -1;
}

gboolean
tst_speaking_may (TstSpeakingState state, const char *act)
{
  int step = find_step (act);

  return step >= 0 && (steps[step].from & 1u << state) != 0;
}

static gint64
distance (const TstSpeakingAct *from, const TstSpeakingAct *to, TstSpeakingTime *time)
{
  if (from->boot != NULL && to->boot != NULL && strcmp (from->boot, to->boot) == 0)
    return MAX (to->mono_ms - from->mono_ms, 0);
  time->source = "wall";
  return MAX (to->wall_ms - from->wall_ms, 0);
}

void
tst_speaking_time (const TstSpeakingAct *acts, guint n_acts, const TstSpeakingAct *now, TstSpeakingTime *time)
{
  const TstSpeakingAct *since = NULL;

  *time = (TstSpeakingTime) { TST_SPEAKING_WAITING, 0, 0, "monotonic" };
  for (guint i = 0; i < n_acts; i++)
    {
      const TstSpeakingAct *act = &acts[i];

      /* What cannot follow was written by something that knew less; it changes nothing. */
      if (!tst_speaking_may (time->state, act->act))
        continue;
      if (since != NULL)
        time->used_ms += distance (since, act, time);
      time->state = steps[find_step (act->act)].to;
      since = time->state == TST_SPEAKING_NOW ? act : NULL;
      if (act->limit_s > 0)
        time->limit_s = act->limit_s;
      if (time->state == TST_SPEAKING_DONE && act->used_s >= 0)
        {
          time->used_ms = act->used_s * 1000;
          time->source = "person";
        }
    }
  if (since != NULL)
    time->used_ms += distance (since, now, time);
}
