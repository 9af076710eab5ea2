/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tst-stream-clock.h"

#include <math.h>
#include <stdlib.h>

#define DRIFT_PPM 200

static int
compare_anchors (const void *a, const void *b)
{
  const TstStreamAnchor *x = a, *y = b;

  if (x->wall_ms != y->wall_ms)
    return x->wall_ms < y->wall_ms ? -1 : 1;
  return x->media_ms < y->media_ms ? -1 : x->media_ms > y->media_ms;
}

void
tst_stream_anchors_sort (TstStreamAnchor *anchors, guint n_anchors)
{
  if (n_anchors > 1)
    qsort (anchors, n_anchors, sizeof *anchors, compare_anchors);
}

static gint64
drift (gint64 span_ms)
{
  return ABS (span_ms) * DRIFT_PPM / 1000000;
}

gboolean
tst_stream_is_unbroken (const TstStreamAnchor *earlier, const TstStreamAnchor *later)
{
  gint64 wall = later->wall_ms - earlier->wall_ms;
  gint64 media = later->media_ms - earlier->media_ms;

  return ABS (media - wall) <= earlier->error_ms + later->error_ms + drift (wall);
}

/* The clock and the recording run side by side from @anchor on (or back). */
static void
run_on (const TstStreamAnchor *anchor, gint64 wall_ms, TstStreamOffset *offset)
{
  gint64 distance = wall_ms - anchor->wall_ms;

  offset->offset_ms = anchor->media_ms + distance;
  offset->error_ms = anchor->error_ms + drift (distance);
}

static void
interpolate (const TstStreamAnchor *a, const TstStreamAnchor *b, gint64 wall_ms, TstStreamOffset *offset)
{
  double part = b->wall_ms == a->wall_ms ? 0 : (double) (wall_ms - a->wall_ms) / (double) (b->wall_ms - a->wall_ms);

  offset->offset_ms = a->media_ms + llround (part * (double) (b->media_ms - a->media_ms));
  offset->error_ms = llround ((1 - part) * (double) a->error_ms + part * (double) b->error_ms);
}

/* Somewhere between @a and @b the recording stood still or was cut: it ran on from @a until then and towards @b from then. */
static void
guess (const TstStreamAnchor *a, const TstStreamAnchor *b, gint64 wall_ms, TstStreamOffset *offset)
{
  gint64 from_a = a->media_ms + (wall_ms - a->wall_ms);
  gint64 from_b = b->media_ms - (b->wall_ms - wall_ms);
  gint64 low = MIN (from_a, from_b), high = MAX (from_a, from_b);

  /* A recording that was begun anew has no place before its beginning; one that stood still never ran past its next anchor. */
  if (b->media_ms >= a->media_ms)
    {
      low = CLAMP (low, a->media_ms, b->media_ms);
      high = CLAMP (high, a->media_ms, b->media_ms);
    }
  low = MAX (low, 0);
  high = MAX (high, low);
  offset->offset_ms = low + (high - low) / 2;
  offset->error_ms = (high - low + 1) / 2 + MAX (a->error_ms, b->error_ms);
  offset->broken = TRUE;
}

gboolean
tst_stream_offset (const TstStreamAnchor *anchors, guint n_anchors, gint64 wall_ms, TstStreamOffset *offset)
{
  guint after = 0;

  *offset = (TstStreamOffset) { 0 };
  if (n_anchors == 0)
    return FALSE;
  while (after < n_anchors && anchors[after].wall_ms <= wall_ms)
    after++;
  if (after == 0)
    run_on (&anchors[0], wall_ms, offset);
  else if (after == n_anchors)
    run_on (&anchors[n_anchors - 1], wall_ms, offset);
  else if (tst_stream_is_unbroken (&anchors[after - 1], &anchors[after]))
    interpolate (&anchors[after - 1], &anchors[after], wall_ms, offset);
  else
    guess (&anchors[after - 1], &anchors[after], wall_ms, offset);
  if (offset->offset_ms < 0)
    {
      offset->error_ms = MAX (offset->error_ms, -offset->offset_ms);
      offset->offset_ms = 0;
    }
  return TRUE;
}
