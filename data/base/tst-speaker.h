/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TstSpeaker:
 *
 * Reads aloud what stands on the screen. Pages ask; app/hardware implements it over speech-dispatcher. Main thread; returns at once, and a voice that
 * does not answer is no error of anybody's.
 */
#define TST_TYPE_SPEAKER (tst_speaker_get_type ())
G_DECLARE_INTERFACE (TstSpeaker, tst_speaker, TST, SPEAKER, GObject)

struct _TstSpeakerInterface
{
  GTypeInterface parent;
  void (*say) (TstSpeaker *self, const char *text, const char *lang);
  void (*stop) (TstSpeaker *self);
};

/* Instead of what is being said. @lang: "es" or "en". */
void tst_speaker_say (TstSpeaker *self, const char *text, const char *lang);
void tst_speaker_stop (TstSpeaker *self);

G_END_DECLS
