highlights-title = Official figures
highlights-lead = What the institutions publish, with unit and edition. They are not the incidents of the map.
highlights-synthetic = Synthetic
