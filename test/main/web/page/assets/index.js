window.page = true
