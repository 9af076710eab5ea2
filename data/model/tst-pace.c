/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-pace.h"

#include <math.h>

static double
left_at (const TstPace *self, gint64 now_us)
{
  double grown;

  if (self->since_us == 0)
    return self->burst;
  grown = self->left + MAX (now_us - self->since_us, 0) / (double) G_USEC_PER_SEC / MAX (self->each_s, 1);
  return MIN (grown, self->burst);
}

guint
tst_pace_get_wait (const TstPace *self, gint64 now_us)
{
  double left = left_at (self, now_us);

  return left >= 1 ? 0 : (guint) ceil ((1 - left) * self->each_s - 1e-6);
}

void
tst_pace_count (TstPace *self, gint64 now_us)
{
  self->left = left_at (self, now_us) - 1;
  self->since_us = MAX (now_us, 1);
}
