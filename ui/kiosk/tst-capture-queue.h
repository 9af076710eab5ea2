/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk/tst-session.h"
#include "kiosk/tst-shot.h"

G_BEGIN_DECLS

/* To what captures belong; copied. */
typedef struct
{
  const char *event_id;
  const char *work;      /* (nullable) */
  const char *phase, *item, *viewpoint, *need; /* (nullable) */
} TstCaptureTarget;

/**
 * TstCaptureQueue:
 *
 * Between the shutter and the disk. A press of the shutter never waits for the disk; but no more than "limit" may be under way, in memory, at a
 * time, and before the disk would be full the shutter is refused: what was accepted is never lost. A capture that could not be saved keeps its bytes
 * and can be tried again.
 *
 * Properties (notify): "waiting" (uint: taken and not yet saved), "full" (boolean: the shutter must wait), "room" (uint: how many more photos the disk
 * holds), "failed" (uint: could not be saved and wait for a decision). "limit" (uint), "reserve" (uint64: bytes left free for everything else), writable.
 * Signal "saved" (TstShot).
 */
#define TST_TYPE_CAPTURE_QUEUE (tst_capture_queue_get_type ())
G_DECLARE_FINAL_TYPE (TstCaptureQueue, tst_capture_queue, TST, CAPTURE_QUEUE, GObject)

TstCaptureQueue *tst_capture_queue_new (TstSession *session, const TstCaptureTarget *target);
void tst_capture_queue_set_target (TstCaptureQueue *self, const TstCaptureTarget *target); /* for what is taken from now on */
/* A place chosen by hand, instead of the receiver's; NULL takes it back. */
void tst_capture_queue_set_pin (TstCaptureQueue *self, const TstPlace *pin);
/* Where the next one would be said to be. FALSE: nobody knows (then the work's own place serves). */
gboolean tst_capture_queue_get_place (TstCaptureQueue *self, TstFix *fix);

/* Takes a still from the session's camera; @picture is what the viewfinder shows. (transfer none) NULL when the shutter must wait. */
TstShot *tst_capture_queue_shoot (TstCaptureQueue *self, GdkTexture *picture);
/* Saves what was recorded. */
TstShot *tst_capture_queue_add_recording (TstCaptureQueue *self, const char *type, GBytes *bytes, gint64 duration_ms, GdkTexture *picture);
/* Those that failed: once more, or forgotten. */
void tst_capture_queue_retry (TstCaptureQueue *self);
void tst_capture_queue_forget (TstCaptureQueue *self);

G_END_DECLS
